package trunk

import (
	"testing"
	"time"
)

// TestNobodyKnowsSinceWhenATrunkIsUnproven: whoever asks is not told the moment at
// which he asks.
func TestNobodyKnowsSinceWhenATrunkIsUnproven(t *testing.T) {
	var h Health
	now := time.Unix(1000, 0)
	if s := h.State(now); s.Status != Unproven || !s.Since.IsZero() {
		t.Errorf("before anything was heard: %+v", s)
	}
	h.Heard(now.Add(time.Second), ByProbe)
	if s := h.State(now.Add(time.Minute)); s.Status != Up || !s.Since.Equal(now.Add(time.Second)) {
		t.Errorf("once the carrier answers: %+v", s)
	}
}
