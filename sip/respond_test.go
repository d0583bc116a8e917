package sip

import (
	"strconv"
	"testing"
	"time"

	"webtrunk"
)

func TestWhoIsRefusedComesBackByLot(t *testing.T) {
	seen := map[int]bool{}
	for range 500 {
		h := retryHeader(&webtrunk.Error{Retry: 10 * time.Second})
		n, err := strconv.Atoi(h.Value())
		if err != nil || h.Name() != "Retry-After" || n < 10 || n >= 20 {
			t.Fatalf("%v", h)
		}
		seen[n] = true
	}
	if len(seen) < 5 {
		t.Errorf("500 callers return in %d different seconds", len(seen))
	}
	if h := retryHeader(&webtrunk.Error{Kind: webtrunk.Unavailable}); h != nil {
		t.Errorf("an error that does not say when gives %v", h)
	}
	if h := retryHeader(&webtrunk.Error{Retry: time.Millisecond}); h.Value() != "1" {
		t.Errorf("at once is %v", h)
	}
}
