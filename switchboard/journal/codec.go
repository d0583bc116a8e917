package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

// kinds are all events, by the names under which they are on record.
var kinds = byType(
	call.CallCreated{}, call.CallUpdated{}, call.CallAdmitted{}, call.CallRouted{}, call.CallQueued{}, call.CallRinging{},
	call.CallAnswered{}, call.CallHeld{}, call.CallResumed{}, call.CallReconnecting{}, call.CallReconnected{},
	call.OrderRefused{}, call.CreditExtended{}, call.CallEnded{},
	call.LegAdded{}, call.StageTried{}, call.LegRang{}, call.LegJoined{}, call.DialogSaved{}, call.QualityWarned{},
	call.QualityCleared{}, call.SoundAdded{}, call.SoundRemoved{}, call.LegPressed{}, call.LegLeft{},
	call.TransferRequested{}, call.TransferReferred{}, call.TransferRinging{}, call.TransferConsulting{}, call.TransferCompleted{},
	call.TransferFailed{}, call.TransferCanceled{}, call.InviteRequested{}, call.InviteFailed{}, call.PartChanged{},
	call.PromptStarted{}, call.DigitTaken{}, call.PromptFinished{},
	call.MusicRefused{}, call.PlaceTold{}, call.CallbackRequested{}, call.CallbackRefused{}, call.FarewellBegun{},
	call.VoicemailStarted{}, call.MessageBegun{}, call.MessageOver{}, call.MessageDone{}, call.VoicemailLeft{}, call.VoicemailFailed{},
	call.RecordingPlanned{}, call.RecordingWished{}, call.RecordingStarted{}, call.RecordingPaused{}, call.RecordingResumed{}, call.RecordingStopped{}, call.RecordingFailed{},
	call.ConsentGranted{}, call.ConsentDeclined{},
)

func byType(events ...call.Event) map[string]reflect.Type {
	m := map[string]reflect.Type{}
	for _, e := range events {
		m[e.Type()] = reflect.TypeOf(e)
	}
	return m
}

// entry is one event in a record's Private.
type entry struct {
	Type  string          `json:"type"`
	Event json.RawMessage `json:"event"`
}

// encode writes events as a record's Private.
func encode(events []call.Event) (json.RawMessage, error) {
	entries := make([]entry, len(events))
	for i, e := range events {
		written, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		entries[i] = entry{e.Type(), written}
	}
	return json.Marshal(entries)
}

// Events returns the events that a record holds. It fails with
// webtrunk.Unsupported for what a newer version of the gateway wrote.
func Events(r event.Record) ([]call.Event, error) {
	var entries []entry
	if err := json.Unmarshal(r.Private, &entries); err != nil {
		return nil, &webtrunk.Error{Op: "journal", Kind: webtrunk.Internal, Err: err,
			Message: fmt.Sprintf("The record %s of call %s cannot be read.", r.ID, r.Call)}
	}
	events := make([]call.Event, len(entries))
	for i, e := range entries {
		typ, known := kinds[e.Type]
		if !known {
			return nil, newer(r, fmt.Errorf("no event is called %q", e.Type))
		}
		v := reflect.New(typ)
		d := json.NewDecoder(bytes.NewReader(e.Event))
		d.DisallowUnknownFields() // what is not understood must not be lost
		if err := d.Decode(v.Interface()); err != nil {
			return nil, newer(r, err)
		}
		events[i] = v.Elem().Interface().(call.Event)
	}
	return events, nil
}

func newer(r event.Record, err error) error {
	return &webtrunk.Error{Op: "journal", Kind: webtrunk.Unsupported, Err: err,
		Message: fmt.Sprintf("The record %s of call %s was written by a newer version of the gateway: start that version again.", r.ID, r.Call)}
}
