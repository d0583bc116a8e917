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

func TestWhomAPageSpeaksFor(t *testing.T) {
	const site = "https://shop.example"
	for _, c := range []struct{ origin, opener, want string }{
		{"https://calls.example", site, site},
		{"https://calls.example", "", "https://calls.example"},
		{"https://calls.example", "https://calls.example", "https://calls.example"},
		{"https://calls.example", "null", "https://calls.example"},
		{"https://calls.example", "shop.example", "https://calls.example"},
		{"https://calls.example", "https://Shop.example", "https://calls.example"},
		{"https://calls.example", site + "/cart", "https://calls.example"},
		{"https://evil.example", site, "https://evil.example"},
	} {
		if got := (Hello{Origin: c.origin, Host: "calls.example"}).speaksFor(c.opener); got != c.want {
			t.Errorf("a page of %s that %q has opened counts as one of %s, want %s", c.origin, c.opener, got, c.want)
		}
	}
}
