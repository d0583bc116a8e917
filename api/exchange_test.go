package api

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/recordings"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/media"
	"webtrunk/media/prompt"
	"webtrunk/switchboard"
	"webtrunk/switchboard/journal"
	"webtrunk/transcode"
)

// An exchange is the gateway behind the API, with telephones that the test
// holds in its hand: a real switchboard, journal and archive.
type exchange struct {
	board     *switchboard.Switchboard
	phrases   *prompt.Library
	archive   *archive.Archive
	hidden    map[string]call.Target // references, by account, mode and name
	library   *recordings.Library
	directory string // of its files

	mu        sync.Mutex
	phones    []*phone
	recording *call.RecordingPolicy // of the calls that follow
}

// A phone is a leg's far end.
type phone struct {
	exchange *exchange
	leg      call.Leg
	report   func(call.Input)
	port     *media.Port
	asked    []string
}

// silence takes what a port sends; these tests listen to no sound.
type silence struct{}

func (silence) Send(media.Frame) {}

func newExchange(w *world) *exchange {
	x := &exchange{hidden: map[string]call.Target{}, archive: archive.New(w.db, archive.Options{})}
	var err error
	if x.phrases, err = prompt.New(prompt.Options{}); err != nil {
		w.Fatal(err)
	}
	x.directory = w.TempDir()
	if x.library, err = recordings.Open(context.Background(), w.db, recordings.Options{Directory: x.directory}); err != nil {
		w.Fatal(err)
	}
	j := journal.New(journal.Config{Log: w.db, Slow: longestWait}) // nobody is refused because this machine has other things to do
	x.board = switchboard.New(switchboard.Config{
		Edges: map[call.Kind]switchboard.Edge{call.PSTN: x, call.SIP: x, call.WebRTC: x}, Router: x, Journal: j, Phrases: x.phrases, Recordings: taped{x.library},
		Saw:     func(v call.View, events []call.Event) { w.verifier.Saw(v, events) },
		Measure: time.Hour, // how these calls sound, and that they are silent, is nothing that happens here
	})
	follow := &event.Consumer{Name: archive.Consumer, Log: w.db, Cursors: w.db, Handler: x.archive}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { follow.Run(ctx) })
	w.Cleanup(func() {
		now, end := context.WithCancel(context.Background())
		end()
		x.board.Drain(now)
		x.library.Wait()
		if err := j.Close(context.Background()); err != nil {
			w.Error(err)
		}
		stop()
		running.Wait()
	})
	return x
}

// Dial implements switchboard.Edge.
func (x *exchange) Dial(_ context.Context, l call.Leg, report func(call.Input)) (switchboard.Leg, error) {
	p := &phone{exchange: x, leg: l, report: report, port: media.NewPort(fmt.Sprint(l.ID), silence{})}
	p.port.SetFormat(media.Format{Codec: transcode.PCMU})
	x.mu.Lock()
	defer x.mu.Unlock()
	x.phones = append(x.phones, p)
	return p, nil
}

// Route implements switchboard.Router.
func (x *exchange) Route(_ context.Context, c call.View, ask call.AskRoute) (call.Plan, error) {
	t, err := x.Reach(context.Background(), directory.Principal{Account: c.Account, Test: c.Test}, ask.To)
	x.mu.Lock()
	defer x.mu.Unlock()
	return call.Plan{Recording: x.recording, Stages: []call.Stage{{Targets: []call.Target{t}}}}, err
}

// Reach implements Reach: +1900 is where nobody may call.
func (x *exchange) Reach(_ context.Context, p directory.Principal, to webtrunk.Address) (call.Target, error) {
	if to.Scheme == webtrunk.Ref {
		x.mu.Lock()
		defer x.mu.Unlock()
		if t, ok := x.hidden[referenceKey(tenant{p.Account, p.Test}, to.Value)]; ok {
			return t, nil
		}
		return call.Target{}, &webtrunk.Error{Op: "resolve", Kind: webtrunk.NotFound, Message: to.Value + " leads to nobody."}
	}
	if len(to.Value) > 5 && to.Value[:5] == "+1900" {
		return call.Target{}, &webtrunk.Error{Op: "resolve", Kind: webtrunk.Forbidden, Message: "This account may not call " + to.Value + "."}
	}
	return call.Target{Address: to}, nil
}

// Presents implements Reach: +15550100001 is everybody's.
func (x *exchange) Presents(_ context.Context, _ directory.Principal, number webtrunk.Address) error {
	if number.Value == "+15550100001" {
		return nil
	}
	return &webtrunk.Error{Op: "caller ID", Kind: webtrunk.Forbidden, Message: "This number is none of the account's."}
}

func referenceKey(t tenant, name string) string { return fmt.Sprint(t.account, t.test, name) }

// refer makes a reference to a hidden contact.
func (x *exchange) refer(t tenant, name string, contact string) {
	to, err := webtrunk.ParseAddress(contact)
	if err != nil {
		panic(err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.hidden[referenceKey(t, name)] = call.Target{Address: to, Shown: webtrunk.Address{Scheme: webtrunk.Ref, Value: name}}
}

func (p *phone) note(what string) error {
	p.exchange.mu.Lock()
	defer p.exchange.mu.Unlock()
	p.asked = append(p.asked, what)
	return nil
}

func (p *phone) Progress(bool) error { return p.note("ringing") }
func (p *phone) Answer() error       { return p.note("answer") }
func (p *phone) Hold() error         { return p.note("hold") }
func (p *phone) Resume() error       { return p.note("resume") }
func (p *phone) Refer(to webtrunk.Address) error {
	return p.note("refer " + to.String())
}
func (p *phone) Transferring(t call.TellTransfer) error {
	return p.note("transferring " + string(t.Result))
}
func (p *phone) SendDigits(d string) error   { return p.note("digits " + d) }
func (p *phone) Confirm() error              { return p.note("confirm") }
func (p *phone) Hangup(end call.HangUpLeg)   { p.note("hangup " + string(end.Cause)); p.port.Close() }
func (p *phone) Port() *media.Port           { return p.port }
func (p *phone) Quality() call.Quality       { return call.Quality{Codec: "PCMU", MOS: 4.2} }
func (p *phone) was(what string) func() bool { return func() bool { return p.heard(what) } }

// heard reports whether the phone was asked something.
func (p *phone) heard(what string) bool {
	p.exchange.mu.Lock()
	defer p.exchange.mu.Unlock()
	for _, a := range p.asked {
		if a == what {
			return true
		}
	}
	return false
}

// phone waits for the n-th leg of a call to be dialled.
func (x *exchange) phone(t testing.TB, id string, n int) *phone {
	t.Helper()
	var found *phone
	eventually(t, fmt.Sprintf("leg %d of %s is dialled", n, id), func() bool {
		x.mu.Lock()
		defer x.mu.Unlock()
		seen := 0
		for _, p := range x.phones {
			if string(p.leg.Call) != id {
				continue
			}
			if seen++; seen == n {
				found = p
				return true
			}
		}
		return false
	})
	return found
}

// longestWait is far longer than anything here takes, on a machine that is busy, too.
const longestWait = time.Minute

// eventually waits for something that another goroutine is about to do.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(longestWait); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("in vain: ", what)
		}
	}
}

func init() {
	features = append(features, func(w *world) Feature {
		w.exchange = newExchange(w)
		return Calls{Board: w.exchange.board, Log: w.db, Records: w.exchange.archive, Reach: w.exchange, Phrases: w.exchange.phrases, Names: func(ctx context.Context, p directory.Principal, agent string) string {
			return w.directory.AgentsName(ctx, p, agent) // it is made after this
		}}
	})
	makers["call"] = func(w *world, t tenant) string { return w.talk(t) }
	makers["leg"] = func(w *world, t tenant) string {
		return call.LegID(1).Public(webtrunk.CallID(w.talk(t)))
	}
	makers["reference"] = func(w *world, t tenant) string {
		name := webtrunk.NewID("ref")
		w.exchange.refer(t, name, "+15550100188")
		return name
	}
}

// talk makes a call of a tenant's whose parties have answered.
func (w *world) talk(t tenant) string {
	w.Helper()
	return w.talkTo(t, webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100102"})
}

// talkTo is talk with somebody.
func (w *world) talkTo(t tenant, to webtrunk.Address) string {
	w.Helper()
	w.claim()
	id := webtrunk.NewCallID()
	from := call.Target{Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}}
	if err := w.exchange.board.Request(call.Requested{ID: id, Account: t.account, Test: t.test, Caller: from, To: to, Via: "key_made"}); err != nil {
		w.Fatal(err)
	}
	w.answer(string(id))
	return string(id)
}

// answer has both parties of a call answer, and waits until they talk.
func (w *world) answer(id string) {
	w.Helper()
	w.exchange.phone(w, id, 1).report(call.LegAnswered{})
	w.exchange.phone(w, id, 2).report(call.LegAnswered{})
	eventually(w, "the call is in progress", func() bool {
		s, ok, err := tell(w.db.Read(context.Background(), event.Stream{Call: webtrunk.CallID(id)}, 0))
		return err == nil && ok && s.Status == call.InProgress
	})
}
