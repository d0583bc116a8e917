//go:build e2e

package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"webtrunk/carrier"
	"webtrunk/dispatch"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestVisitorsWait has two visitors wait in a queue that nobody serves and that calls
// one caller back: the first is promised that; the second is told that nobody will
// call, stands where they stood after a reload, and leaves a message that is heard.
func TestVisitorsWait(t *testing.T) {
	b := browser.Start(t, browser.Speaking(t, harbour))
	r := rehearse(t, carrier.Config{})
	by, queue := queueAt(t, r.demo)
	if _, err := r.queues.UpdateQueue(t.Context(), by, queue.ID, func(q *dispatch.Queue) { q.Callback, q.Most = true, 1 }); err != nil {
		t.Fatal(err)
	}
	one := r.phone(b)
	one.Call(waitingNumber)
	one.Says("status", "You are next in line.")
	one.Click("button", "Call me back")
	one.Write("Your telephone number", echoNumber)
	one.Click("button", "Call me at this number")
	one.Says("status", "We will call +1\u00a0555\u00a0010\u00a00101 as soon as it is your turn.")
	one.WantEnd("callback")
	one.WantStates("preparing", "connecting", "waiting", "ended")

	two := b.Open(t, r.urls()[0]+"/cart", browser.Granted)
	two.Set("to", waitingNumber)
	two.Unprocessed()
	two.Click("button", "Ask us")
	two.Click("button", "Call")
	two.Says("status", "You are number 2 in line.")
	for _, scheme := range []string{"light", "dark"} {
		two.Scheme(scheme)
		window(t, two, "widget-waiting-"+scheme)
	}
	two.Click("button", "Call me back")
	two.Write("Your telephone number", "+1 555 010 0102")
	two.Click("button", "Call me at this number")
	two.Says("alert", "We cannot call you back: too many people are waiting for that already.")
	two.Says("status", "You are number 2 in line.")
	two.Do(chromedp.Reload())
	two.Says("status", "You are number 2 in line.")

	left := 0
	until(t, "the message", func() error {
		if left++; left > 1 {
			two.Forget()
			two.Set("to", waitingNumber) // which the page that was loaded anew has not
			two.Click("button", "Call")
			two.Says("status", "You are number 2 in line.")
		}
		leavesAMessage(two)
		all, err := r.mailboxes.List(t.Context(), by.Account, by.Test, []string{queue.ID}, 100, "")
		if err != nil || len(all) != left {
			t.Fatalf("left are %v: %v", all, err)
		}
		return soundcheck.Tell(inMailbox(t, r.mailboxes, by, all[0].ID), harbour, garden)
	})
}

// leavesAMessage has who waits leave what their microphone says.
func leavesAMessage(p *browser.Tab) {
	p.Click("button", "Leave a message")
	p.Says("status", "You can leave a message. Speak after the tone.")
	p.Eventually("seven seconds recorded", func() bool { return p.Text("timer") >= "0:07" }) // the sentence takes three
	p.Click("button", "Done")
	p.WantEnd("voicemail")
	p.Says("status", "Your message was left. Thank you.")
}
