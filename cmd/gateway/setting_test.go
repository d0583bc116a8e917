package main

import (
	"reflect"
	"strings"
	"testing"
)

// everySetting returns the names of all settings, of all sections.
func everySetting() (names []string) {
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t.NumField() == 0 || t.Field(0).Tag.Get("yaml") == "" {
			return
		}
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
			if name != "-" {
				names = append(names, name)
				walk(t.Field(i).Type)
			}
		}
	}
	walk(reflect.TypeFor[Config]())
	return names
}

func TestPortsComeInPairs(t *testing.T) {
	for r, want := range map[portRange]int{
		{20000, 20001}: 1,
		{20000, 20002}: 1,
		{20001, 20003}: 1, // 20002 and 20003
		{20001, 20002}: 0,
		{20000, 20399}: 200,
		{65535, 65535}: 0,
	} {
		if got := r.calls(); got != want {
			t.Errorf("%v holds %d calls, want %d", r, got, want)
		}
	}
}

func TestWhereToListen(t *testing.T) {
	for s, loopback := range map[string]bool{
		"127.0.0.1:8080": true,
		"localhost:0":    true,
		"[::1]:80":       true,
		":443":           false,
		"0.0.0.0:443":    false,
		"192.0.2.1:443":  false,
	} {
		var h hostPort
		if err := h.UnmarshalText([]byte(s)); err != nil {
			t.Errorf("%s: %v", s, err)
		}
		if h.loopback() != loopback {
			t.Errorf("%s: loopback = %v", s, h.loopback())
		}
	}
	for _, s := range []string{"", "8080", "localhost", "1.2.3.4:http", "1.2.3.4:70000", "::1:80"} {
		var h hostPort
		if err := h.UnmarshalText([]byte(s)); err == nil {
			t.Errorf("%q is taken as %q", s, h)
		}
	}
}

func TestOneAddressIsANetwork(t *testing.T) {
	for s, want := range map[string]string{
		"203.0.113.10":    "203.0.113.10/32",
		"203.0.113.10/24": "203.0.113.0/24",
		"2001:db8::1":     "2001:db8::1/128",
	} {
		var n network
		if err := n.UnmarshalText([]byte(s)); err != nil || prefixes([]network{n})[0].String() != want {
			t.Errorf("%s reads as %v, %v", s, n, err)
		}
	}
}

func TestTheNearestName(t *testing.T) {
	names := []string{"http", "trunk", "limits", "references"}
	for s, want := range map[string]string{
		"htpp": "http", "https": "http", "limit": "limits", "refrences": "references",
		"truncated": "", "": "", "x": "", "rtp": "http",
	} {
		if got := nearest(s, names); got != want {
			t.Errorf("nearest to %q is %q, want %q", s, got, want)
		}
	}
}
