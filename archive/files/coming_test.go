package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/store/storetest"
)

// What is on its way counts for its call's bounds, however long it takes, and once it has
// arrived it counts once.
func TestWhatIsOnItsWayCounts(t *testing.T) {
	now := time.Now()
	f := open(t, storetest.Open(t, storetest.SQLite(t)), Options{Directory: t.TempDir(), PerCall: 2, Now: func() time.Time { return now }})
	ticket, err := f.Offer(t.Context(), Wish{Call: shop, Name: "a.txt", Bytes: 2}, func(context.Context, File) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	content, page := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := f.Receive(t.Context(), ticket.ID, ticket.Secret, content)
		done <- err
	}()
	if _, err := page.Write([]byte("x")); err != nil { // its ticket is used
		t.Fatal(err)
	}
	if _, known := f.Origin(ticket.ID); known {
		t.Error("a ticket that is used is still good for a page")
	}
	if _, err := f.Receive(t.Context(), ticket.ID, ticket.Secret, bytes.NewReader(nil)); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("a ticket is used twice at once: %v", err)
	}
	now = now.Add(lasting + time.Second)
	if _, err := send(t, f, "b.txt", []byte("x")); err != nil {
		t.Errorf("a second file is not sent beside it: %v", err)
	}
	if _, err := send(t, f, "c.txt", []byte("x")); webtrunk.KindOf(err) != webtrunk.Exhausted {
		t.Errorf("a third file is sent while the first is on its way: %v", err)
	}
	if _, err := page.Write([]byte("y")); err != nil {
		t.Fatal(err)
	}
	page.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n, sum, err := f.held(t.Context(), shop); n != 2 || sum != 3 || err != nil {
		t.Errorf("%d of %d bytes are held: %v", n, sum, err)
	}
}

// A page that goes away in the last moment leaves no row of a file that is gone.
func TestAPageGoesAwayAtTheEnd(t *testing.T) {
	dir := t.TempDir()
	f := open(t, storetest.Open(t, storetest.SQLite(t)), Options{Directory: dir})
	ctx, leave := context.WithCancel(t.Context())
	ticket, err := f.Offer(t.Context(), Wish{Call: shop, Name: "a.txt", Bytes: 1}, func(context.Context, File) error {
		leave()
		return errors.New("the room is full")
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Receive(ctx, ticket.ID, ticket.Secret, bytes.NewReader([]byte("x"))); err == nil {
		t.Error("it was sent")
	}
	if n, _, err := f.held(t.Context(), shop); n != 0 || err != nil || len(names(t, dir)) > 0 {
		t.Errorf("%d are held: %v; left are %q", n, err, names(t, dir))
	}
}
