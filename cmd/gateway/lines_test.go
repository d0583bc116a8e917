package main

import (
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
)

func TestOneCallTooMany(t *testing.T) {
	running := 0
	l := lines{LimitsConfig{Calls: 2, RingTime: time.Second, LongestCall: time.Hour}, func() int { return running }}
	for running = 1; running <= 2; running++ {
		terms, err := l.Admit(t.Context(), call.View{})
		if err != nil || terms.RingTime != time.Second || terms.Longest != time.Hour {
			t.Fatalf("call %d: %+v, %v", running, terms, err)
		}
	}
	_, err := l.Admit(t.Context(), call.View{})
	if webtrunk.KindOf(err) != webtrunk.Exhausted || !strings.Contains(err.Error(), "All lines are busy") {
		t.Errorf("a third call: %v", err)
	}
}
