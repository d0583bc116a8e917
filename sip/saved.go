package sip

import (
	"encoding/json"
	"fmt"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
)

// savedVersion is the version of the form in which dialogs are saved. A state
// of another version was written by another gateway, and is not guessed at.
const savedVersion = 1

// A saved is a leg's dialog (RFC 3261 §12) as the call's events keep it: all
// that a BYE needs after the process that carried the leg has died. It holds
// no password; the trunk has that.
type saved struct {
	Version   int      `json:"v"`
	Trunk     string   `json:"trunk"`
	Arrived   bool     `json:"arrived,omitempty"` // they called us
	CallID    string   `json:"call_id"`
	LocalTag  string   `json:"local_tag"`
	RemoteTag string   `json:"remote_tag"`
	Local     string   `json:"local"`
	Remote    string   `json:"remote"`
	Target    string   `json:"target"`
	Routes    []string `json:"routes,omitempty"`
	Seq       uint32   `json:"seq"`
}

// save writes the leg's dialog as it is now.
func (l *leg) save() []byte {
	d := &l.dialog
	s := saved{
		Version: savedVersion, Trunk: l.line.Name, Arrived: l.inbound(), CallID: d.callID,
		LocalTag: d.localTag, RemoteTag: d.remoteTag, Seq: d.seq,
		Local: d.local.String(), Remote: d.remote.String(), Target: d.target.String(),
	}
	for i := range d.routes {
		s.Routes = append(s.Routes, d.routes[i].String())
	}
	b, err := json.Marshal(s)
	if err != nil { // strings and numbers always can be
		panic(err)
	}
	return b
}

// load reads a saved dialog.
func load(state []byte) (s saved, d dialog, err error) {
	bad := func(message string, err error) error {
		return &webtrunk.Error{Op: "sip: saved dialog", Kind: webtrunk.Invalid, Message: message, Err: err}
	}
	if err = json.Unmarshal(state, &s); err != nil {
		return s, d, bad("it cannot be read", err)
	}
	if s.Version != savedVersion {
		return s, d, bad(fmt.Sprintf("it has version %d and this gateway reads %d: a gateway of that version must hang up its calls", s.Version, savedVersion), nil)
	}
	if s.CallID == "" || s.LocalTag == "" || s.RemoteTag == "" || s.Seq >= 1<<31 {
		return s, d, bad("it names no dialog", nil)
	}
	d = dialog{callID: s.CallID, localTag: s.LocalTag, remoteTag: s.RemoteTag, seq: s.Seq, routes: make([]sip.Uri, len(s.Routes))}
	for i, r := range s.Routes {
		if err = sip.ParseUri(r, &d.routes[i]); err != nil {
			return s, d, bad("a route in it is no address", err)
		}
	}
	for _, party := range []struct {
		text string
		uri  *sip.Uri
	}{{s.Local, &d.local}, {s.Remote, &d.remote}, {s.Target, &d.target}} {
		if err = sip.ParseUri(party.text, party.uri); err != nil {
			return s, d, bad("a party in it has no address", err)
		}
	}
	return s, d, nil
}

// noteDialog has the call keep the leg's dialog, so that it can be hung up
// should this process die.
func (l *leg) noteDialog() { l.tell(call.LegDialog{Leg: l.id, State: l.save()}) }

// retarget takes a new remote target from a message inside the dialog (§12.2),
// and has the call keep it.
func (l *leg) retarget(msg interface{ Contact() *sip.ContactHeader }) {
	before := l.dialog.target.String()
	if l.dialog.refresh(msg); l.dialog.target.String() != before {
		l.noteDialog()
	}
}
