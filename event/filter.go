package event

import (
	"bytes"
	"fmt"
	"strings"

	"webtrunk"
)

// A Filter says which records somebody wants. Empty fields ask for nothing, so
// the zero Filter wants every record.
type Filter struct {
	Account  webtrunk.AccountID
	Types    Types
	Call     webtrunk.CallID
	Mode     Mode
	Resource string // an ID that the record speaks of, anywhere in Data
}

// ParseFilter reads the parts of a filter that people write; empty ones ask for
// nothing. Types are patterns, each of which may be several, separated by
// commas. It fails with webtrunk.Invalid, saying what to write instead.
func ParseFilter(types []string, call, mode, resource string) (f Filter, err error) {
	if f.Types, err = ParseTypes(types...); err != nil {
		return Filter{}, err
	}
	if call != "" && !(strings.HasPrefix(call, "call_") && isID(call)) {
		return Filter{}, invalid("%q is no call: write its ID, which begins with call_", call)
	}
	if resource != "" && !isID(resource) {
		return Filter{}, invalid("%q is no ID: write one as the API gives it, such as ref_01h2xcejqtf2nbrexx3vqjhp41", resource)
	}
	if f.Mode, err = ParseMode(mode); err != nil {
		return Filter{}, err
	}
	f.Call, f.Resource = webtrunk.CallID(call), resource
	return f, nil
}

// Match reports whether the filter wants a record.
func (f Filter) Match(r Record) bool { return f.match(&r) }

func (f *Filter) match(r *Record) bool {
	switch {
	case f.Account != "" && f.Account != r.Account:
	case f.Call != "" && f.Call != r.Call:
	case f.Mode == LiveOnly && r.Test, f.Mode == TestOnly && !r.Test:
	case !f.Types.Match(r.Type):
	case f.Resource != "" && f.Resource != string(r.Call) && !mentions(r.Data, f.Resource):
	default:
		return true
	}
	return false
}

// A Mode says whether live or test records are wanted.
type Mode string

// The modes.
const (
	BothModes Mode = ""
	LiveOnly  Mode = "live"
	TestOnly  Mode = "test"
)

// ParseMode reads "live", "test" or nothing, which is both.
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case BothModes, LiveOnly, TestOnly:
		return m, nil
	}
	return "", invalid("%q is no mode: write live or test, or nothing for both", s)
}

// mentions reports whether a JSON text holds an ID as a string of its own. An
// ID needs no escapes, so the text need not be parsed: a quote that opens a
// string is never behind a backslash.
func mentions(text []byte, id string) bool {
	for rest := text; ; {
		i := bytes.Index(rest, []byte(id))
		if i < 0 {
			return false
		}
		end := i + len(id)
		opened := i > 0 && rest[i-1] == '"' && (i == 1 || rest[i-2] != '\\')
		if opened && end < len(rest) && rest[end] == '"' {
			return true
		}
		rest = rest[i+1:]
	}
}

// isID reports whether s is written as IDs are: ASCII letters, digits, '_' and
// '-', at most 128 of them.
func isID(s string) bool {
	for _, r := range s {
		if !(isWord(r) || 'A' <= r && r <= 'Z' || r == '-') {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 128
}

func isWord(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '_' }

func invalid(format string, args ...any) error {
	return &webtrunk.Error{Op: "event", Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
}
