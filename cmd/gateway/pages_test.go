package main

import (
	"fmt"
	"slices"
	"testing"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/dispatch/rules"
	"webtrunk/room"
	"webtrunk/signaling/visitor"
)

// shown are the pages that the page was shown, by whom, and how they open.
func (w writer) shown() (all []string) {
	for _, o := range w.told() {
		if line := fmt.Sprint(o.By, " ", o.Title, " ", o.URL, " ", o.Beside); o.Kind == "page" && !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return all
}

func (w writer) sees(lines ...string) {
	w.c.t.Helper()
	w.until(fmt.Sprintf("%q", lines), func() bool { return slices.Equal(w.shown(), lines) })
}

// shares lists a page for the account.
func (c *switchroom) shares(p dispatch.SharedPage) {
	c.t.Helper()
	_, err := c.queues.CreateSharedPage(c.ctx, c.by, p)
	must(c.t, err)
}

// A rule's page is shown to a caller who waits, in the name of the site; the agent who
// answers sees it, and shows another. Visitors show nothing, and nobody what is not listed.
func TestCallersAreShownPages(t *testing.T) {
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	c.shares(dispatch.SharedPage{Word: dispatch.Word{Name: "Our offers"}, URL: "https://shop.example/offers", Beside: true})
	_, err := c.queues.CreateRule(c.ctx, c.by, dispatch.Rule{Name: "All", Rule: rules.Rule{Then: rules.Outcome{CallerPage: "https://catalogue.example/"}}})
	must(t, err)
	site := c.urls()[0]
	to, err := directory.ParseDestination(c.ref)
	must(t, err)
	w, err := c.directory.CreateWidget(c.ctx, c.by, directory.NewWidget{Origins: []directory.Origin{directory.Origin(site)}, Destinations: []directory.Destination{to}})
	must(t, err)
	page, err := visitor.Dial(c.ctx, "ws://"+c.site.addr().String()+"/v1/ws", visitor.Config{Key: w.Key, Origin: site})
	must(t, err)
	t.Cleanup(page.Close)
	called, err := page.Call(c.ctx, c.ref, nil)
	must(t, err)
	ann := writer{c, page, called}
	const catalogue, offers = "https://catalogue.example/ false", "Our offers https://shop.example/offers true"
	ann.sees("site  " + catalogue)
	ann.say("early", "Hello?")
	ann.until("that nobody is there to write to", func() bool { return ann.refusals()["early"] == "no_room" })

	_, pages := c.agent("ada", 1)
	ada := writer{c, pages[0], c.rings(pages[0])}
	must(t, ada.call.Accept(c.ctx))
	ada.sees("site  " + catalogue)
	ada.do(`{"id":"p1","kind":"page","url":"https://shop.example/offers"}`)
	ann.sees("site  "+catalogue, "agent "+offers)
	ada.sees("site  "+catalogue, "you "+offers)
	ann.do(`{"id":"p2","kind":"page","url":"https://shop.example/offers"}`)
	ann.until("that visitors show nothing", func() bool { return ann.refusals()["p2"] == "page_refused" })
	for id, url := range map[string]string{"p3": "https://other.example/", "p4": "https://shop.example/offers/2"} {
		ada.do(fmt.Sprintf(`{"id":%q,"kind":"page","url":%q}`, id, url))
		ada.until("that it is not listed", func() bool { return ada.refusals()[id] == "page_refused" })
	}
	for id, url := range map[string]string{"p5": "javascript:alert(1)", "p6": "https://user:word@shop.example/offers"} {
		ada.do(fmt.Sprintf(`{"id":%q,"kind":"page","url":%q}`, id, url))
		ada.until("that it is no page", func() bool { return ada.refusals()[id] == "bad_message" })
	}
	log, err := c.rooms.Chat(c.ctx, room.Call{ID: webtrunk.CallID(ada.call.Gateway), Account: c.by.Account, Test: true})
	must(t, err)
	if len(log) != 2 || log[0].By != (room.Member{Role: room.Site}) || log[1].By != (room.Member{Leg: 2, Role: room.Agent}) {
		t.Errorf("on record is %+v", log)
	}
}

// Whoever calls by telephone has nothing to be shown a page on.
func TestATelephoneIsShownNothing(t *testing.T) {
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	_, err := c.queues.CreateRule(c.ctx, c.by, dispatch.Rule{Name: "All", Rule: rules.Rule{Then: rules.Outcome{CallerPage: "https://catalogue.example/"}}})
	must(t, err)
	_, pages := c.agent("ada", 1)
	phone := dial(t, c.demo, c.ref)
	reaches(t, phone, carrier.Reached(carrier.Confirmed))
	ada := writer{c, pages[0], c.rings(pages[0])}
	must(t, ada.call.Accept(c.ctx))
	ada.until("that she is there", func() bool { return ada.others() == 0 })
	log, err := c.rooms.Chat(c.ctx, room.Call{ID: webtrunk.CallID(ada.call.Gateway), Account: c.by.Account, Test: true})
	if err != nil || len(log) != 0 {
		t.Errorf("on record is %+v, %v", log, err)
	}
	must(t, phone.Hangup(c.ctx))
}
