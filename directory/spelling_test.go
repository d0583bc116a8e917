package directory

import (
	"testing"

	"webtrunk"
)

func TestOriginsAreReadAsBrowsersWriteThem(t *testing.T) {
	for in, want := range map[string]Origin{
		"https://shop.example":     "https://shop.example",
		"https://Shop.Example:443": "https://shop.example",
		"http://127.0.0.1:8080":    "http://127.0.0.1:8080",
		"http://localhost:80":      "http://localhost",
		"https://[2001:db8::1]":    "https://[2001:db8::1]",
	} {
		var got Origin
		if err := got.UnmarshalText([]byte(in)); err != nil || got != want {
			t.Errorf("%q reads as %q, %v; want %q", in, got, err, want)
		}
	}
	for in, words := range map[string]string{
		"shop.example":              "write https://",
		"*":                         "write https://",
		"https://*.shop.example":    "write https://",
		"ftp://shop.example":        "write https://",
		"https://shop.example/":     "write https://shop.example",
		"https://shop.example?a":    "ends after the host",
		"https://me@shop.example":   "ends after the host",
		"https://bücher.example":    "xn--",
		"https://shop.example:port": "write https://",
	} {
		_, err := ParseOrigin(in)
		refused(t, err, webtrunk.Invalid, words)
	}
}

func TestDestinationsAreReferencesOrBeginningsOfNumbers(t *testing.T) {
	for _, in := range []string{"ref_shop", "+1", "+15550100199"} {
		var d Destination
		if err := d.UnmarshalText([]byte(in)); err != nil || d.String() != in {
			t.Errorf("%q reads as %q, %v", in, d, err)
		}
	}
	for in, words := range map[string]string{
		"+":                 "every number in the world",
		"":                  "neither a reference",
		"1555":              "neither a reference",
		"+0155":             "neither a reference",
		"+1 555":            "neither a reference",
		"+1555x":            "neither a reference",
		"+1234567890123456": "neither a reference",
		"ref_a b":           "a name has only",
		"tel:+1555":         "neither a reference",
	} {
		_, err := ParseDestination(in)
		refused(t, err, webtrunk.Invalid, words)
	}
}

func TestTheZeroDestinationCoversNothing(t *testing.T) {
	for _, a := range []webtrunk.Address{{}, {Scheme: webtrunk.Ref}, {Scheme: webtrunk.Tel}, {Scheme: webtrunk.Tel, Value: "+1555"}} {
		if (Destination{}).Covers(a) {
			t.Errorf("it covers %+v", a)
		}
	}
	ref, ok := destinations(t, "ref_shop")[0].Reference()
	if !ok || ref.Value != "ref_shop" {
		t.Errorf("Reference = %v, %v", ref, ok)
	}
	if _, ok := destinations(t, "+1")[0].Reference(); ok {
		t.Error("a prefix is no reference")
	}
}
