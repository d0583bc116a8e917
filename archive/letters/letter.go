package letters

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"webtrunk"
)

// A Letter is a message that a visitor left.
type Letter struct {
	ID      string
	Account webtrunk.AccountID
	Test    bool
	Queue   string          // for whom
	Call    webtrunk.CallID // after which it was written; empty: none
	Op      string          // how the visitor's page names it
	Name    string          // as the visitor says; may be empty
	ReplyTo string          // a number or an address, as the visitor wrote it
	Text    string
	Created time.Time
	Done    time.Time // when somebody has seen to it; zero: nobody has
	DoneBy  string
}

// The bounds of a letter, in characters: of what a chat's message may have, and of the
// longest address of mail.
const (
	LongestText    = 2000
	LongestName    = 100
	LongestReplyTo = 254
)

// check tidies a letter, and refuses what cannot be answered or shown.
func (l *Letter) check() error {
	l.Name, l.ReplyTo, l.Text = strings.TrimSpace(l.Name), strings.TrimSpace(l.ReplyTo), strings.TrimSpace(l.Text)
	switch {
	case l.Op == "" || len(l.Op) > 64:
		return refuse("A message needs an id of 1 to 64 characters.")
	case l.Text == "" || utf8.RuneCountInString(l.Text) > LongestText:
		return refuse("A message has 1 to 2,000 characters.")
	case l.ReplyTo == "" || utf8.RuneCountInString(l.ReplyTo) > LongestReplyTo || !line(l.ReplyTo):
		return refuse("Where to answer is a number or an address, of at most 254 characters.")
	case utf8.RuneCountInString(l.Name) > LongestName || !line(l.Name):
		return refuse("A name has at most 100 characters, on one line.")
	case strings.ContainsFunc(l.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return refuse("A message is plain text.")
	}
	return nil
}

// line reports text without control characters.
func line(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }

func refuse(sentence string) error {
	return &webtrunk.Error{Op: "offline message", Kind: webtrunk.Invalid, Message: sentence}
}
