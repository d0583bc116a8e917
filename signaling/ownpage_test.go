package signaling

import "testing"

func TestOwnPage(t *testing.T) {
	for _, c := range []struct {
		origin, host string
		own          bool
	}{
		{"https://calls.example", "calls.example", true},
		{"https://calls.example", "Calls.Example", true},
		{"http://127.0.0.1:8080", "127.0.0.1:8080", true},
		{"http://127.0.0.1:8080", "127.0.0.1:8081", false},
		{"https://shop.example", "calls.example", false},
		{"https://calls.example.evil.example", "calls.example", false},
		{"null", "null", false},
		{"", "", false},
	} {
		if own := (Hello{Origin: c.origin, Host: c.host}).OwnPage(); own != c.own {
			t.Errorf("a page of %q that speaks to %q: %v", c.origin, c.host, own)
		}
	}
}
