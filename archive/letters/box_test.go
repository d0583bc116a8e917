package letters

import (
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestABoxKeepsLetters: each once, for its queue and its account alone, until it is seen to,
// erased with its call, or too old.
func TestABoxKeepsLetters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ctx := &Box{DB: db}, t.Context()
		leave := func(l Letter) {
			t.Helper()
			if err := b.Leave(ctx, l); err != nil {
				t.Fatal(err)
			}
		}
		first := Letter{Account: "acct_shop", Queue: "queue_1", Call: "call_1", Op: "m1", Name: " Ann ", ReplyTo: "ann@example.com", Text: " Open on Sunday?\n"}
		leave(first)
		leave(first)
		leave(Letter{Account: "acct_shop", Queue: "queue_2", Op: "m2", ReplyTo: "+15550100101", Text: "And here?"})
		leave(Letter{Account: "acct_other", Queue: "queue_1", Op: "m1", ReplyTo: "1", Text: "Another's"})

		all := func(queues ...string) []Letter {
			t.Helper()
			list, err := b.List(ctx, "acct_shop", false, queues, 10, "")
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := all(); len(list) != 2 || list[0].Text != "And here?" || list[1].Text != "Open on Sunday?" || list[1].Name != "Ann" {
			t.Errorf("kept are %+v", list)
		}
		if list, err := b.List(ctx, "acct_shop", false, nil, 10, all()[0].ID); err != nil || len(list) != 1 || list[0].Op != "m1" {
			t.Errorf("behind the first is %+v, %v", list, err)
		}
		one := all("queue_1")[0]
		if _, err := b.Get(ctx, "acct_other", false, one.ID); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("another account is told %v", err)
		}
		for _, by := range []string{"ada", "bert"} {
			if l, err := b.Mark(ctx, "acct_shop", false, one.ID, true, by); err != nil || l.DoneBy != "ada" || l.Done.IsZero() {
				t.Errorf("marked by %s it is %+v, %v", by, l, err)
			}
		}
		waiting := func(want int) {
			t.Helper()
			if n, err := b.Waiting(ctx, "acct_shop", false, nil); err != nil || n != want {
				t.Errorf("%d wait, %v; want %d", n, err, want)
			}
		}
		waiting(1)
		if l, err := b.Mark(ctx, "acct_shop", false, one.ID, false, "bert"); err != nil || !l.Done.IsZero() || l.DoneBy != "" {
			t.Errorf("taken back it is %+v, %v", l, err)
		}
		waiting(2)

		gone := func(n int, err error) {
			t.Helper()
			if n != 1 || err != nil {
				t.Errorf("%d are gone, %v; want 1", n, err)
			}
		}
		gone(b.Erase(ctx, "acct_shop", "call_1"))
		if n, err := b.Expire(ctx, "acct_shop", false, time.Now().Add(-time.Hour)); n != 0 || err != nil {
			t.Errorf("%d were too old, %v", n, err)
		}
		gone(b.Expire(ctx, "acct_shop", false, time.Now().Add(time.Hour)))
		waiting(0)
		if err := b.Delete(ctx, "acct_shop", false, one.ID); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("what is gone is deleted: %v", err)
		}
	})
}

// TestWhatIsNoLetter is refused in a sentence, and nothing is kept.
func TestWhatIsNoLetter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := &Box{DB: db}
		for name, change := range map[string]func(*Letter){
			"no text":          func(l *Letter) { l.Text = " \n" },
			"too long":         func(l *Letter) { l.Text = strings.Repeat("ж", LongestText+1) },
			"a control":        func(l *Letter) { l.Text = "a\x00b" },
			"no answer":        func(l *Letter) { l.ReplyTo = "" },
			"two lines":        func(l *Letter) { l.ReplyTo = "ann@example.com\nbcc: all" },
			"a long name":      func(l *Letter) { l.Name = strings.Repeat("a", LongestName+1) },
			"no name of it":    func(l *Letter) { l.Op = "" },
			"a line in a name": func(l *Letter) { l.Name = "a\rb" },
		} {
			l := Letter{Account: "acct_shop", Queue: "queue_1", Op: "m1", Name: "Ann", ReplyTo: "ann@example.com", Text: "Hello"}
			change(&l)
			if err := b.Leave(t.Context(), l); webtrunk.KindOf(err) != webtrunk.Invalid || !strings.HasSuffix(webtrunk.MessageOf(err, ""), ".") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n, err := b.Waiting(t.Context(), "acct_shop", false, nil); n != 0 || err != nil {
			t.Errorf("%d are kept, %v", n, err)
		}
	})
}
