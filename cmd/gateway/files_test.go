package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/signaling/visitor"
)

// asksFor has a page ask for a ticket, and returns it, or why there is none.
func (w writer) asksFor(kind, file string, more string) (visitor.Message, string) {
	w.c.t.Helper()
	must(w.c.t, w.page.SendRaw(fmt.Appendf(nil, `{"type":%q,"id":%q,"file":%q%s}`, kind, w.call.ID, file, more)))
	var found visitor.Message
	var refused string
	w.until("an answer about "+file, func() bool {
		for _, m := range w.page.Messages() {
			switch {
			case m.Type == kind && m.File == file:
				found = m
			case m.Type == "error" && m.Operation == file:
				refused = m.Text
			}
		}
		return found.Path != "" || refused != ""
	})
	return found, refused
}

// carries sends or fetches by a ticket, from a site.
func (w writer) carries(method string, ticket visitor.Message, secret, origin string, content []byte) (int, http.Header, []byte) {
	w.c.t.Helper()
	q, err := http.NewRequestWithContext(w.c.ctx, method, w.c.urls()[0]+ticket.Path, bytes.NewReader(content))
	must(w.c.t, err)
	q.Header.Set("Authorization", "Bearer "+secret)
	if origin != "" {
		q.Header.Set("Origin", origin)
	}
	res, err := client(nil).Do(q)
	must(w.c.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(w.c.t, err)
	return res.StatusCode, res.Header, body
}

// sent are the files that a page knows of.
func (w writer) sent() (all []visitor.Operation) {
	for _, o := range w.told() {
		if o.Kind == "file" {
			all = append(all, o)
		}
	}
	return all
}

// TestPagesSendFiles: a visitor sends a file, the agent fetches it once, the record has it, and
// an erasure of the call takes it. Nobody else gets it: another site, a guessed secret, another
// account, a second use of a ticket.
func TestPagesSendFiles(t *testing.T) {
	t.Parallel()
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	_, pages := c.agent("ada", 1)
	const site = "https://shop.example"
	ann, ada := c.meetFrom(site, pages[0])
	content := []byte("Two mugs, <b>blue</b>\n")
	size := fmt.Sprintf(`,"name":"../<i>order\u202e.txt","size":%d`, len(content))

	ticket, refused := ann.asksFor("attach", "f1", size)
	if refused != "" {
		t.Fatal(refused)
	}
	for name, try := range map[string]struct{ method, secret, origin string }{
		"another site": {"PUT", ticket.Secret, "https://evil.example"}, "a guessed secret": {"PUT", "guessed", site}, "fetched before it is there": {"GET", ticket.Secret, site},
	} {
		if status, h, _ := ann.carries(try.method, ticket, try.secret, try.origin, content); status != http.StatusNotFound || h.Get("Access-Control-Allow-Origin") == "https://evil.example" {
			t.Errorf("%s: %d with %v", name, status, h)
		}
	}
	status, h, _ := ann.carries("OPTIONS", ticket, "", site, nil) // as a browser does first
	if status != http.StatusNoContent || h.Get("Vary") != "Origin" || h.Get("Access-Control-Allow-Origin") != site || h.Get("Access-Control-Allow-Methods") != "GET, PUT" || !strings.Contains(h.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("a browser that asks is answered %d with %v", status, h)
	}
	if status, h, body := ann.carries("PUT", ticket, ticket.Secret, site, content); status != http.StatusNoContent || h.Get("Access-Control-Allow-Origin") != site {
		t.Fatalf("%d with %v: %s", status, h, body)
	}
	for _, w := range []writer{ann, ada} {
		w.until("the file", func() bool { return len(w.sent()) == 1 })
		if f := w.sent()[0]; f.FileName != "iorder.txt" || f.MediaType != "text/plain" || f.Bytes != int64(len(content)) {
			t.Errorf("told %+v", f)
		}
	}
	if status, _, _ := ann.carries("PUT", ticket, ticket.Secret, site, content); status != http.StatusNotFound {
		t.Errorf("a ticket is good twice: %d", status)
	}

	file := ada.sent()[0].File
	fetch, refused := ada.asksFor("fetch", file, "")
	if refused != "" {
		t.Fatal(refused)
	}
	status, h, got := ada.carries("GET", fetch, fetch.Secret, c.urls()[0], nil)
	if status != http.StatusOK || !bytes.Equal(got, content) || h.Get("Content-Disposition") != `attachment; filename=iorder.txt` || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Type") != "text/plain" {
		t.Errorf("%d, %q with %v", status, got, h)
	}
	for what, refusal := range map[string]struct{ kind, more string }{
		"file_guessed": {"fetch", ""}, "f2": {"attach", `,"name":"a.exe","size":10`}, "f3": {"attach", `,"name":"a.txt","size":99999999`},
	} {
		if _, refused := ann.asksFor(refusal.kind, what, refusal.more); refused == "" {
			t.Errorf("%s is given a ticket", what)
		}
	}
	ann.do(`{"id":"forged","kind":"file","file":"` + file + `","file_name":"forged.txt","bytes":1}`)
	ann.until("the forged one refused", func() bool { _, told := ann.refusals()["forged"]; return told })

	id := c.running()
	_, err := ann.call.Hangup(c.ctx)
	must(t, err)
	path := "/v1/call_files/" + file
	c.until(func() bool { status, _ := c.getAs(c.account.key, path); return status == http.StatusOK })
	if _, body := c.getAs(c.account.key, "/v1/calls/"+string(id)+"/chat"); !strings.Contains(body, `"name":"iorder.txt"`) {
		t.Errorf("the record is %s", body)
	}
	_, stranger, err := c.directory.CreateKey(c.ctx, c.by, directory.NewKey{Name: "calls alone", Kind: directory.Restricted, Rights: []directory.Right{directory.CallsRead}})
	must(t, err)
	if status, body := c.getAs(stranger, path); status != http.StatusNotFound {
		t.Errorf("who may not read the chat is answered %d: %s", status, body)
	}
	if n, err := c.files.Erase(c.ctx, c.by.Account, id); n != 1 || err != nil {
		t.Errorf("erased %d: %v", n, err)
	}
	if left, err := os.ReadDir(c.cfg.Files.Directory); err != nil || len(left) > 0 {
		t.Errorf("left are %v: %v", left, err)
	}
	if status, _ := c.getAs(c.account.key, path); status != http.StatusNotFound {
		t.Errorf("what was erased is answered %d", status)
	}
}

// getAs asks the interface with a key.
func (c *switchroom) getAs(key, path string) (int, string) {
	c.t.Helper()
	q, err := http.NewRequestWithContext(c.ctx, "GET", c.urls()[0]+path, nil)
	must(c.t, err)
	q.Header.Set("Authorization", "Bearer "+key)
	res, err := client(nil).Do(q)
	must(c.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(c.t, err)
	return res.StatusCode, string(body)
}
