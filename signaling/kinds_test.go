package signaling_test

import (
	"testing"

	"webtrunk/signaling"
)

// An opener starts a gateway whose peers are of one kind.
type opener func(t *testing.T, change func(*signaling.Config)) *gateway

// bothKinds tells a story twice: to a page that is served by the lean
// transport, and to one that has a PeerConnection. A call tells neither apart.
func bothKinds(t *testing.T, story func(t *testing.T, start opener)) {
	for kind, full := range map[string]bool{"lean": false, "PeerConnection": true} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, change func(*signaling.Config)) *gateway {
				t.Helper()
				return start(t, func(c *signaling.Config) {
					c.PeerConnections = full
					if change != nil {
						change(c)
					}
				})
			})
		})
	}
}
