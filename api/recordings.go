package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"webtrunk"
	"webtrunk/archive/recordings"
	"webtrunk/call"
	"webtrunk/directory"
)

// Recordings are what was said in calls.
type Recordings struct {
	Library *recordings.Library // nil: this gateway keeps none
	Calls   Calls
}

// Routes implements Feature. Who may not hear recordings is answered as if there were none:
// that a call was recorded is nobody else's business.
func (f Recordings) Routes(s *Server) {
	if f.Library == nil {
		return
	}
	const tag, right = "Recordings", directory.CallsRead
	const heard = " Whoever lacks the right `recordings:read` is answered as if there were none."
	Register(s, Route{Method: "GET", Path: "/v1/recordings", Summary: "List recordings", Tag: tag, Right: right,
		Doc: "What was said in calls whose people agreed, newest first. One is listed once it is whole." + heard}, f.list)
	Register(s, Route{Method: "GET", Path: "/v1/calls/{call}/recordings", Summary: "List a call's recordings", Tag: tag, Right: right,
		Doc: "In their order. A call has several where its recording was ended and begun again, or the party left whose sound it is." + heard}, f.ofCall)
	Register(s, Route{Method: "GET", Path: "/v1/recordings/{recording}", Summary: "Get a recording", Tag: tag, Right: right, Doc: heard[1:]}, f.get)
	Register(s, Route{Method: "GET", Path: "/v1/recordings/{recording}/audio", Summary: "Hear a recording", Tag: tag, Right: right, Raw: true,
		Doc: "Its sound: stereo Ogg Opus, whole or a Range of it. Left is what the party says whose leg is named, right what that party hears." + heard}, f.audio)
	Register(s, Route{Method: "DELETE", Path: "/v1/recordings/{recording}", Summary: "Delete a recording", Tag: tag, Right: directory.RecordsErase,
		Doc: "Its sound is gone for good; recording.deleted tells who deleted it." + heard}, f.remove)
	f.policyRoutes(s)
	f.commandRoutes(s)
	s.Event("recording.ready", "A recording is whole, and can be heard.")
	s.Event("recording.deleted", "Somebody deleted a recording.")
}

// Recording is one recording as clients see it.
type Recording struct {
	ID          string          `json:"id" doc:"The recording." example:"rec_01m8c4v9k2x7r5t3qj6wz0ehnd_1"`
	Object      string          `json:"object" enum:"recording" doc:"Always recording."`
	Livemode    bool            `json:"livemode" doc:"Whether it is of a live call."`
	Call        webtrunk.CallID `json:"call" doc:"The call."`
	Leg         string          `json:"leg" doc:"Left is what this leg of it says, right what it hears." example:"leg_01m8c4v9k2x7r5t3qj6wz0ehnd_1"`
	StartedAt   time.Time       `json:"started_at" doc:"When it began."`
	Seconds     float64         `json:"seconds" doc:"How long it is, with its pauses, which are silent."`
	Bytes       int64           `json:"bytes" doc:"And how large: Ogg Opus."`
	Interrupted bool            `json:"interrupted" doc:"Whether its end is missing, for the gateway or its disk failed."`
	CreatedAt   time.Time       `json:"created_at" doc:"When it was whole."`
}

func recordingShown(r recordings.Recording, test bool) Recording {
	return Recording{ID: r.ID, Object: "recording", Livemode: !test, Call: r.Call, Leg: r.Leg.Public(r.Call), StartedAt: r.Began.UTC(),
		Seconds: r.Length.Seconds(), Bytes: r.Bytes, Interrupted: r.Interrupted, CreatedAt: r.Created.UTC()}
}

func recordingsShown(found []recordings.Recording, test bool) []Recording {
	all := make([]Recording, len(found))
	for i, r := range found {
		all[i] = recordingShown(r, test)
	}
	return all
}

type recordingPath struct {
	ID string `path:"recording" id:"recording" maxLength:"64" doc:"The recording." example:"rec_01m8c4v9k2x7r5t3qj6wz0ehnd_1"`
}

// mayHear answers who lacks the right as if there were no recording.
func mayHear(p directory.Principal) error {
	if p.May(directory.RecordingsRead) != nil {
		return recordings.Missing()
	}
	return nil
}

func (f Recordings) list(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Recording]], error) {
	if err := mayHear(p); err != nil {
		return nil, err
	}
	found, err := f.Library.List(ctx, p.Account, p.Test, in.Limit+1, in.StartingAfter)
	if err != nil {
		return nil, err
	}
	return listOf(recordingsShown(found, p.Test), in.Limit, func(r Recording) string { return r.ID }), nil
}

// CallRecordings are all recordings of a call.
type CallRecordings struct {
	Object string      `json:"object" enum:"list" doc:"Always list."`
	Data   []Recording `json:"data" nullable:"false" doc:"In their order."`
}

func (f Recordings) ofCall(ctx context.Context, p directory.Principal, in *CallPath) (*Answer[CallRecordings], error) {
	if err := mayHear(p); err != nil {
		return nil, err
	}
	if _, err := f.Calls.find(ctx, p, in.Call); err != nil {
		return nil, err
	}
	found, err := f.Library.Of(ctx, p.Account, p.Test, in.Call)
	return answer(CallRecordings{"list", recordingsShown(found, p.Test)}), err
}

func (f Recordings) get(ctx context.Context, p directory.Principal, in *recordingPath) (*Answer[Recording], error) {
	if err := mayHear(p); err != nil {
		return nil, err
	}
	r, err := f.Library.Get(ctx, p.Account, p.Test, in.ID)
	return answer(recordingShown(r, p.Test)), err
}

func (f Recordings) audio(ctx context.Context, p directory.Principal, in *recordingPath) (*huma.StreamResponse, error) {
	if err := mayHear(p); err != nil {
		return nil, err
	}
	file, err := f.Library.Open(ctx, p.Account, p.Test, in.ID)
	if err != nil {
		return nil, err
	}
	return played(file, in.ID), nil
}

func (f Recordings) remove(ctx context.Context, p directory.Principal, in *recordingPath) (*Empty, error) {
	if err := mayHear(p); err != nil {
		return nil, err
	}
	return gone(f.Library.Delete(ctx, p.Account, p.Test, in.ID, p.ID))
}

// commandRoutes are what may be told to the recording of a running call.
func (f Recordings) commandRoutes(s *Server) {
	add := Route{Method: "POST", Tag: "Recordings", Right: directory.CallsWrite}
	control := func(name, summary, doc string, wish call.RecordingWish) {
		command(s, f.Calls, add, "recording/"+name, summary, doc, func(_ context.Context, _ directory.Principal, r story, _ *CallPath) (order, error) {
			return controlled(r, wish)
		})
	}
	control("start", "Begin to record a call", "Where its recording is on demand. Whoever has not consented yet is asked or told first; that it has begun is told by recording.started, and that somebody declines by consent.declined.", call.StartIt)
	control("stop", "End a call's recording", "Where it is on demand. It can be begun again, as another recording.", call.StopIt)
	control("pause", "Pause a call's recording", "What follows is a silence as long as the pause: for the number of a card, say.", call.PauseIt)
	control("resume", "Resume a call's recording", "It goes on, unless it is paused for another reason, too.", call.ResumeIt)
}

// controlled is a wish of a call's recording, where it fits.
func controlled(r story, wish call.RecordingWish) (order, error) {
	state := func(want func(CallRecording) bool) func(story) bool {
		return func(r story) bool { return r.Recording == nil || want(*r.Recording) }
	}
	in := call.ControlRecording{Wish: wish}
	switch c := r.Recording; {
	case c == nil:
		return order{}, notNow(r, "call_not_recorded", "This call is not recorded.", "Change the recording policy of the account, or of the call's queue, before the next call.")
	case c.Message != "":
		return order{}, notNow(r, "recording_failed", "The recording of this call has failed: "+c.Message, "See to the disk before the next call.")
	case !c.OnDemand && (wish == call.StartIt || wish == call.StopIt):
		return order{}, notNow(r, "recording_not_on_demand", "This call is recorded from its beginning to its end.", "Pause it, or make recording on demand the policy for the next call.")
	case c.State == call.RecordingOff && wish != call.StartIt:
		return order{}, notNow(r, "recording_off", "Nothing of this call is recorded now.", "Wait for recording.started.")
	case wish == call.StopIt:
		return order{in, state(func(c CallRecording) bool { return c.State == call.RecordingOff })}, nil
	case wish == call.PauseIt:
		return order{in, state(func(c CallRecording) bool { return c.State != call.RecordingOn })}, nil
	}
	return order{in, nil}, nil
}
