package browser

import (
	"errors"
	"fmt"
	"time"
)

// errGone is why nothing can be done with an element: the page has drawn another in its
// place, or goes to another page.
var errGone = errors.New("the element has gone")

// A notYet ends one asking of a page that is asked again: its script threw, because the
// page goes elsewhere or has not drawn yet what it is asked of.
type notYet struct{ why error }

// check ends what cannot go on: one asking where the page is asked again, or the test.
func (p *Tab) check(err error) {
	p.t.Helper()
	if err == nil {
		return
	}
	if p.asking > 0 {
		panic(notYet{err})
	}
	p.t.Fatal(err)
}

// here reports whether an element was there for what was done with it.
func (p *Tab) here(err error) bool {
	p.t.Helper()
	if errors.Is(err, errGone) {
		return false
	}
	p.check(err)
	return true
}

// ask asks once; why is what kept the page from answering.
func (p *Tab) ask(so func() bool) (is bool, why error) {
	p.asking++
	defer func() {
		p.asking--
		if thrown := recover(); thrown != nil {
			not, early := thrown.(notYet)
			if !early {
				panic(thrown)
			}
			why = not.why
		}
	}()
	return so(), nil
}

// Eventually asks until it is so. What the page cannot answer it is asked again, too.
func (p *Tab) Eventually(what string, so func() bool) {
	p.t.Helper()
	p.within(Patience, what, so)
}

// ComesBack asks until sound is so again, for ten times SoundBack, and returns how
// long that took.
func (p *Tab) ComesBack(what string, so func() bool) time.Duration {
	p.t.Helper()
	begin := time.Now()
	p.within(10*SoundBack, what, so)
	return time.Since(begin)
}

func (p *Tab) within(patience time.Duration, what string, so func() bool) {
	p.t.Helper()
	var why error
	if eventually(patience, func() (is bool) { is, why = p.ask(so); return is }) {
		return
	}
	shown := "what it shows, it does not tell"
	_, _ = p.ask(func() bool {
		text := Evaluate[string](p, `document.body.innerText.slice(0, 1000)`)
		shown = fmt.Sprintf("status %q, alert %q, told %+v; it shows %q", p.Text("status"), p.Text("alert"), p.Told(), text)
		return true
	})
	if why != nil {
		shown = why.Error() + "; " + shown
	}
	p.t.Fatalf("the page never had %s; %s", what, shown)
}

// eventually asks until it is so; false means that it never was.
func eventually(patience time.Duration, so func() bool) bool {
	again := time.NewTicker(25 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-again.C {
		if so() {
			return true
		}
	}
	return false
}
