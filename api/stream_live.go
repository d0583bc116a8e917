package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/store"
)

// Streams are the account's events as they happen, over Server-Sent Events and over
// a WebSocket. Both begin behind any place, go on without gap or duplicate where
// a lost connection stopped, and say so, with a resync, before they end for any
// reason of the gateway's.
type Streams struct {
	Store *store.DB
	Hub   *event.Hub

	Most      int           // of one account at once; 0 means 200
	Heartbeat time.Duration // how long a stream may be silent; 0 means 15 s
	Recheck   time.Duration // how often it is asked whether the caller may still follow; 0 means 3 s
	Patience  time.Duration // how long a client may take to receive what is written; 0 means 10 s

	mu       sync.Mutex
	stopping bool
	open     map[webtrunk.AccountID]map[*stream]bool
	running  sync.WaitGroup // streams; grows under mu and not once stopping
	access   access
}

// Routes implements Feature.
func (f *Streams) Routes(s *Server) {
	RegisterRaw[followEvents](s, Route{Method: "GET", Path: "/v1/events/stream", Summary: "Follow events", Tag: "Events", Right: directory.EventsRead,
		Doc: "The account's events as they happen, as Server-Sent Events: `id` is the event's seq, `event` its type, `data` the event. " +
			"A browser's EventSource reconnects by itself and goes on behind the last id. " +
			"An event named `resync` says that the stream ends and from where to go on; if its reason is `too_old`, events are missing that are no longer kept."},
		f.handler(s, f.sse))
	RegisterRaw[followEvents](s, Route{Method: "GET", Path: "/v1/events/ws", Summary: "Follow events by WebSocket", Tag: "Events", Right: directory.EventsRead,
		Doc: "The same as /v1/events/stream over a WebSocket. What the messages are is said in AsyncAPI at /v1/asyncapi.json."},
		f.handler(s, f.socket))
	asyncAPIRoute(s)
}

// followEvents is what may be said of a stream.
type followEvents struct {
	Types       []string `query:"types" doc:"Only these types, separated by commas; call.* means all that begin with call." example:"call.answered,call.ended"`
	Call        string   `query:"call" id:"call" maxLength:"64" doc:"Only events of this call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	About       string   `query:"about" maxLength:"64" doc:"Only events that name this resource in their data." example:"ref_shop"`
	After       string   `query:"after" maxLength:"20" doc:"Begin behind the event with this seq: 0 is the beginning, latest only what comes, which is also what happens without it." example:"latest"`
	Scope       string   `query:"scope" enum:"account,gateway" default:"account" doc:"gateway means the events of all accounts, live and test, for the gateway's operator; places are then positions in the whole log, not seq."`
	LastEventID string   `header:"Last-Event-ID" maxLength:"20" doc:"As after, which it overrules. EventSource sends it when it reconnects." example:"17"`
}

// A wire carries one stream to its client. It is used by one goroutine.
type wire interface {
	hello(place int64) error
	event(place int64, e event.Envelope) error
	beat(place int64) error
	resync(end *event.Resync) error
	refused(why string) error // the caller may no longer follow
	flush() error
}

// A stream is one client's.
type stream struct {
	account webtrunk.AccountID
	of      event.Stream
	sub     *event.Subscription
	still   func(context.Context) error
	cancel  context.CancelCauseFunc
}

// handler finds out what is asked for, and has it served until either side ends.
func (f *Streams) handler(s *Server, serve func(context.Context, *Server, http.ResponseWriter, *http.Request, *stream, error)) func(http.ResponseWriter, *http.Request, directory.Principal) {
	return func(w http.ResponseWriter, r *http.Request, p directory.Principal) {
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		st := &stream{account: p.Account, cancel: cancel}
		if err := f.enter(st); err != nil {
			s.Fail(w, r, err)
			return
		}
		defer f.leave(st)
		err := f.subscribe(ctx, st, r, p)
		if err != nil && !errors.Is(err, event.ErrResync) {
			s.Fail(w, r, err)
			return
		}
		if err == nil {
			defer st.sub.Close()
		}
		check, release := f.access.watch(s, r, p, cmp.Or(f.Recheck, 3*time.Second)/3)
		defer release()
		st.still = check
		serve(ctx, s, w, r, st, err)
	}
}

// enter counts a stream, if the account may have another.
func (f *Streams) enter(st *stream) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	most := cmp.Or(f.Most, 200)
	switch {
	case f.stopping:
		return &Problem{Kind: webtrunk.Unavailable, Code: "stopping", Message: "The gateway is stopping.", RetryAfter: 2 * time.Second,
			Remedies: []string{"Connect again in a moment: another process takes over."}}
	case len(f.open[st.account]) >= most:
		return &Problem{Kind: webtrunk.Exhausted, Code: "too_many_streams", RetryAfter: 10 * time.Second,
			Message:  fmt.Sprintf("This account already follows its events by %d streams, which is the most.", most),
			Remedies: []string{"Close streams that nobody reads.", "Follow once on a server, and hand on from there."}}
	case f.open == nil:
		f.open = map[webtrunk.AccountID]map[*stream]bool{}
	}
	if f.open[st.account] == nil {
		f.open[st.account] = map[*stream]bool{}
	}
	f.open[st.account][st] = true
	f.running.Add(1)
	return nil
}

func (f *Streams) leave(st *stream) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if delete(f.open[st.account], st); len(f.open[st.account]) == 0 {
		delete(f.open, st.account)
	}
	f.running.Done()
}

// Open returns how many streams there are.
func (f *Streams) Open() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, streams := range f.open {
		n += len(streams)
	}
	return n
}

// Close tells every client to connect again and from where, and waits until
// the streams have ended. New ones are refused.
func (f *Streams) Close() {
	f.mu.Lock()
	f.stopping = true
	for _, streams := range f.open {
		for st := range streams {
			st.cancel(event.ErrResync)
		}
	}
	f.mu.Unlock()
	f.running.Wait()
}

// subscribe reads what is asked for and finds its place.
func (f *Streams) subscribe(ctx context.Context, st *stream, r *http.Request, p directory.Principal) (err error) {
	q := r.URL.Query()
	wanted, err := event.ParseFilter(q["types"], q.Get("call"), "", q.Get("about"))
	if err != nil {
		return err
	}
	if q.Get("scope") == "gateway" {
		err = gatewayScope(p, &wanted)
	} else {
		st.of = event.Stream{Account: p.Account}
		wanted.Account, wanted.Mode = p.Account, event.LiveOnly
		if p.Test {
			wanted.Mode = event.TestOnly
		}
		if wanted.Call != "" {
			err = Events{f.Store}.known(ctx, p, string(wanted.Call))
		}
	}
	if err != nil {
		return err
	}
	after, err := place(cmp.Or(r.Header.Get("Last-Event-ID"), q.Get("after"), "latest"))
	if err != nil {
		return err
	}
	st.sub, err = f.Hub.Subscribe(ctx, wanted, st.of, after)
	return err
}

// gatewayScope lets the operator follow all accounts.
func gatewayScope(p directory.Principal, f *event.Filter) error {
	if !p.Operator {
		return &Problem{Kind: webtrunk.Forbidden, Code: "operator_required", Param: "scope", Message: "The events of all accounts are for the operator of the gateway.",
			Remedies: []string{"Leave scope out, to follow those of your account.", "Use a key of the account that runs the gateway."}}
	}
	if p.Test {
		f.Mode = event.TestOnly
	}
	return nil
}

// place reads where to begin.
func place(s string) (int64, error) {
	if s == "latest" {
		return event.Latest, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "after", Message: fmt.Sprintf("%q is no place among the events.", printable(s)),
			Remedies: []string{"Send the seq of the last event that you have, 0 for the beginning, or latest."}}
	}
	return n, nil
}
