package main

import "testing"

// What the gateway has logged of its limits is told as a sentence.
func TestWhatLimitedIsTold(t *testing.T) {
	t.Parallel()
	l := readLimit(`time=2026-11-22T15:00:00.000Z level=WARN msg="load: new calls are refused; running calls go on" limit=cpu calls=141 cpu=0.83 cpu_expected=0.86 cpu_limit=0.85 lateness=1.2ms lateness_limit=10ms call_ms=5.2 setup_ms=9.9`)
	const want = "with 141 calls: the limit was cpu (CPU 0.83, expected 0.86 of 0.85; packets 1.2ms late, of 10ms; a call was taken for 5.2 ms a second, a set-up for 9.9 ms)"
	if got := l.String(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
