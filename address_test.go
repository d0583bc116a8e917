package webtrunk

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseAddress(t *testing.T) {
	good := map[string]Address{
		"+15550100101":               {Tel, "+15550100101"},
		"+1 (555) 010-0101":          {Tel, "+15550100101"},
		"+44.20.7946.0000":           {Tel, "+442079460000"},
		"tel:+15550100101":           {Tel, "+15550100101"},
		"ref_shop":                   {Ref, "ref_shop"},
		"ref:ref_shop":               {Ref, "ref_shop"},
		"browser:desk-1":             {Browser, "desk-1"},
		"customer:cus_1":             {Customer, "cus_1"},
		"sip:alice@example.com":      {SIP, "alice@example.com"},
		"sip:alice@192.0.2.1:5060":   {SIP, "alice@192.0.2.1:5060"},
		"sip:+15550100101@[2001::1]": {SIP, "+15550100101@[2001::1]"},
		"+123456789012345":           {Tel, "+123456789012345"},
	}
	for in, want := range good {
		if got, err := ParseAddress(in); err != nil || got != want {
			t.Errorf("ParseAddress(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
}

// Nothing that could become another number, another header or another host on
// its way to a carrier is an address.
func TestParseAddressRefuses(t *testing.T) {
	for _, in := range []string{
		"", "+", "15550100101", "0015550100101", "+0123456789", "+1", "+1234567890123456",
		"+1555CALLME", "+1555;phone-context=+88", "+1555\r\nX: y", "+1555%30", "+１５５５０１００", "+1555,,9",
		"tel:alice", "sip:alice", "sip:alice@", "sip:a b@c", "sip:alice@example.com;transport=tcp", "sip:alice@example.com?Subject=x",
		"sip:a\r\n@c", "browser:", "browser:a/b", "ref_a b", "ref:" + strings.Repeat("x", 65), "http://example.com", "mailto:a@b",
		strings.Repeat("+1", 100),
	} {
		a, err := ParseAddress(in)
		if err == nil {
			t.Errorf("ParseAddress(%q) = %v, want an error", in, a)
			continue
		}
		if KindOf(err) != Invalid || MessageOf(err, "") == "" {
			t.Errorf("ParseAddress(%q): %v, want an invalid that says what to write", in, err)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"+15550100101", "sip:a@b", "ref_x", "tel:+1 (2)", "+1\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		if strings.ContainsAny(a.Value, "\r\n\x00 ;?<>\"%") {
			t.Errorf("ParseAddress(%q) lets %q through", s, a.Value)
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a {
			t.Errorf("ParseAddress(%q) = %v, read again as %v, %v", s, a, again, err)
		}
	})
}

func TestAddressAsJSON(t *testing.T) {
	in := struct{ To, From Address }{To: Address{Tel, "+15550100101"}}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"To":"tel:+15550100101","From":""}` {
		t.Fatalf("%s, %v", b, err)
	}
	out := in
	out.To = Address{}
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Errorf("read back %v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"To":"tel:x"}`), &out); err == nil {
		t.Error("a bad address was read")
	}
}

func TestIDsSortByTime(t *testing.T) {
	start := time.UnixMilli(1_700_000_000_000)
	var ids []string
	for i := range 100 {
		ids = append(ids, newID("call_", instantOf(start.Add(time.Duration(i)*time.Millisecond))))
	}
	if !slices.IsSorted(ids) {
		t.Errorf("IDs of a hundred milliseconds are not in order: %v", ids[:5])
	}
	if len(ids[0]) != len("call_")+26 {
		t.Errorf("%s has another length than promised", ids[0])
	}
	if a, b := NewCallID(), NewCallID(); a == b {
		t.Errorf("two calls are %s", a)
	}
	if a, b := NewSessionID(), NewSessionID(); a == b {
		t.Error("two sessions have one ID")
	}
}

// Who makes two rows at once finds them in their order again, and so does who
// makes them while the clock is set back.
func TestIDsSortAsTheyWereMade(t *testing.T) {
	var ids []string
	for range 1000 {
		ids = append(ids, NewID("row"))
	}
	ahead := latest.Add(uint64(time.Hour/time.Millisecond) << 10) // as if the clock had been an hour ahead
	ids = append(ids, NewID("row"), NewID("row"))
	if !slices.IsSorted(ids) {
		t.Errorf("IDs are not in the order in which they were made, from %s to %s", ids[0], ids[len(ids)-1])
	}
	latest.CompareAndSwap(ahead+2, uint64(instantOf(time.Now())))
	if n := len(slices.Compact(ids)); n != 1002 {
		t.Errorf("%d of 1002 IDs are different", n)
	}
}

// The first 48 bits are milliseconds since 1970, and what follows the instant
// never repeats.
func TestAnIDTellsItsTime(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_123).Add(750 * time.Microsecond)
	a, b := newID("x_", instantOf(at)), newID("x_", instantOf(at))
	raw, err := crockford.DecodeString(strings.TrimPrefix(a, "x_"))
	if err != nil || len(raw) != 16 {
		t.Fatalf("%s: %v", a, err)
	}
	if ms := binary.BigEndian.Uint64(raw) >> 16; ms != 1_700_000_000_123 {
		t.Errorf("%s is of %d ms", a, ms)
	}
	if fraction := binary.BigEndian.Uint64(raw) >> 6 & 1023; fraction != 768 {
		t.Errorf("%s is of %d 1024ths of its millisecond, want 768", a, fraction)
	}
	if a == b || a[:len("x_")+11] != b[:len("x_")+11] {
		t.Errorf("%s and %s are of one instant", a, b)
	}
}

func TestErrors(t *testing.T) {
	cause := errors.New("connection refused")
	err := error(&Error{Op: "trunk carrier", Kind: Unavailable, Message: "the line is down", Err: cause})
	if got := err.Error(); got != "trunk carrier: the line is down: connection refused" {
		t.Errorf("Error() = %q", got)
	}
	if !errors.Is(err, cause) || KindOf(err) != Unavailable || KindOf(cause) != Internal {
		t.Errorf("the chain or the kind is lost: %v", err)
	}
	wrapped := &Error{Op: "dial", Kind: Internal, Err: err}
	if got := MessageOf(wrapped, "-"); got != "the line is down" {
		t.Errorf("MessageOf = %q, want the sentence that a cause has", got)
	}
	if got := MessageOf(cause, "-"); got != "-" {
		t.Errorf("MessageOf = %q, want the fallback", got)
	}
	if Unsupported.String() != "unsupported" {
		t.Errorf("the names of kinds are out of step: %v", Unsupported)
	}
}
