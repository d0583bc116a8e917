package webtrunk

import (
	"strings"
	"testing"
)

func TestPagesThatMayBeOpened(t *testing.T) {
	for in, want := range map[string]string{
		"https://shop.example/offer?id=1#top": "https://shop.example/offer?id=1#top",
		"https://Shop.Example:443":            "https://shop.example/",
		"HTTPS://shop.example:8443/a%20b":     "https://shop.example:8443/a%20b",
		"https://xn--r8jz45g.example/例":       "https://xn--r8jz45g.example/%E4%BE%8B",
		"https://[2001:DB8::1]:443/":          "https://[2001:db8::1]/",
		"http://127.0.0.1:8080/cart":          "http://127.0.0.1:8080/cart",
		"http://localhost/":                   "http://localhost/",
		"http://[::1]:80/x":                   "http://[::1]/x",
	} {
		if u, err := ParsePage(in); err != nil || u.String() != want {
			t.Errorf("%q is %v, %v; want %q", in, u, err, want)
		}
	}
	for _, in := range []string{
		"", "shop.example/offer", "/offer", "//shop.example/", "https://", "https:shop.example", "https:///offer",
		"http://shop.example/", "http://127.0.0.1.shop.example/", "http://localhost.shop.example/", "http://10.0.0.1/",
		"javascript:alert(1)", "JavaScript://shop.example/%0aalert(1)", "data:text/html,<script>alert(1)</script>", "blob:https://shop.example/1",
		"file:///etc/passwd", "ftp://shop.example/", "about:blank", "view-source:https://shop.example/", "wss://shop.example/",
		"https://例え.example/", "https://shop.ехаmple/",
		"https://user@shop.example/", "https://user:word@shop.example/", "https://shop.example@other.example/",
		" https://shop.example/", "https://shop.example/a b", "https://shop.example/\n", "https://shop.example/\x00", "https://shop.example\\@other.example/",
		"https://shop.example/\u202ecod", "https://shop.example/" + strings.Repeat("a", MostPage),
	} {
		if u, err := ParsePage(in); KindOf(err) != Invalid {
			t.Errorf("%q is taken as %v, %v", in, u, err)
		}
	}
}

func TestTheOriginOfAPage(t *testing.T) {
	u, err := ParsePage("https://Shop.example:443/a/b?c#d")
	if err != nil || PageOrigin(u) != "https://shop.example" {
		t.Error(u, err)
	}
}
