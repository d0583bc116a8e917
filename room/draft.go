package room

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"webtrunk"
)

// A Draft is an operation that somebody asks for, before the room has decided.
type Draft struct {
	ID   string `json:"id"` // of typing it may be empty
	Kind Kind   `json:"kind"`
	Body
}

// kinds are those that pages may ask for.
var kinds = []Kind{Message, Read, Typing, Page, Draw, Undo, Clear, Sketch, Point}

// ParseDraft reads a draft as a page has written it. A kind that this room does not
// know is webtrunk.Unsupported, whatever else is wrong webtrunk.Invalid.
func ParseDraft(raw []byte) (Draft, error) {
	var d Draft
	if err := json.Unmarshal(raw, &d); err != nil {
		return Draft{}, unfit("An operation is an object with id, kind and what the kind has to say.")
	}
	switch {
	case !slices.Contains(kinds, d.Kind):
		return Draft{ID: d.ID}, refused(webtrunk.Unsupported, "This kind of operation is not known here: send message, read, typing, page, draw, undo, clear, sketch or point.")
	case d.Kind.kept() && !validID(d.ID):
		return Draft{}, unfit("The id of an operation is 1 to 64 letters, digits, '-' and '_'.")
	}
	d.Beside = false // which is not for a page to say
	return d, nil
}

// validID reports 1 to 64 letters, digits, '-' and '_'.
func validID(s string) bool {
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	}
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, odd)
}

// readable is a text as it is kept: with the line ends of every system made one, and
// nothing in it that cannot be read.
func readable(text string, most int) (string, error) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimSpace(text))
	odd := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	switch {
	case text == "":
		return "", unfit("A message needs a text.")
	case utf8.RuneCountInString(text) > most:
		return "", unfit(fmt.Sprintf("A message has at most %d characters. Send it in parts.", most))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, odd):
		return "", unfit("A message is plain text: remove the control characters.")
	}
	return text, nil
}

func unfit(message string) error { return refused(webtrunk.Invalid, message) }

func refused(k webtrunk.Kind, message string) error {
	return &webtrunk.Error{Op: "room", Kind: k, Message: message}
}
