package dispatch

import (
	"strings"

	"webtrunk"
)

func invalid(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Invalid, Message: message}
}

func conflict(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Conflict, Message: message}
}

// checkName refuses a name that people could not read in a list.
func checkName(op, name string) error {
	if strings.TrimSpace(name) == "" || len(name) > 200 || strings.ContainsFunc(name, isControl) {
		return invalid(op, "Give it a name of 1 to 200 characters on one line.")
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }
