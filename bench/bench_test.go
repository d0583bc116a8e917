package main

import (
	"net/netip"
	"os"
	"testing"
	"time"

	"webtrunk/carrier"
)

func TestPercentiles(t *testing.T) {
	var took []time.Duration
	for i := range 101 {
		took = append(took, time.Duration(i)*time.Millisecond)
	}
	for percentile, want := range map[int]time.Duration{0: 0, 50: 50 * time.Millisecond, 99: 99 * time.Millisecond, 100: 100 * time.Millisecond} {
		if got := at(took, percentile); got != want {
			t.Errorf("percentile %d is %v, want %v", percentile, got, want)
		}
	}
	if at(nil, 50) != 0 {
		t.Error("nothing has a median")
	}
}

// What a process uses is read from /proc: our own CPU time grows as we work.
func TestUsage(t *testing.T) {
	before, err := cpu(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	after := before
	for deadline := time.Now().Add(10 * time.Second); after < before+30*time.Millisecond && time.Now().Before(deadline); {
		if after, err = cpu(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	if after < before+30*time.Millisecond {
		t.Errorf("after 10 s of work our CPU time went from %v to %v", before, after)
	}
	if rss, err := memory(os.Getpid()); err != nil || rss < 1<<20 {
		t.Errorf("our memory is %d bytes, %v", rss, err)
	}
	if _, err := cpu(-1); err == nil {
		t.Error("a process that is not there has used CPU")
	}
	if _, err := memory(-1); err == nil {
		t.Error("a process that is not there has memory")
	}
}

// Only INVITEs and their 200s are moments, and a repetition blocks nobody.
func TestMoments(t *testing.T) {
	m := moments{make(chan time.Time, 1), make(chan time.Time, 1)}
	for range 2 {
		m.saw(carrier.In, netip.AddrPort{}, []byte("INVITE sip:a@b SIP/2.0\r\n"))
		m.saw(carrier.Out, netip.AddrPort{}, []byte("SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n"))
	}
	m.saw(carrier.Out, netip.AddrPort{}, []byte("SIP/2.0 200 OK\r\nCSeq: 2 BYE\r\n"))
	m.saw(carrier.In, netip.AddrPort{}, []byte("BYE sip:a@b SIP/2.0\r\n"))
	if len(m.invite) != 1 || len(m.ok) != 1 {
		t.Errorf("%d INVITEs and %d answers, want one of each", len(m.invite), len(m.ok))
	}
}
