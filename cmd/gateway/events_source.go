package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/event"
)

// An eventSource reads one account's events from a gateway's API.
type eventSource struct {
	base, key string
	query     url.Values
	place     string // behind which to go on: "" while nothing is known
	notes     io.Writer
	http      *http.Client

	least, most time.Duration // between two attempts to connect
	silence     time.Duration // after which a stream is taken for dead: the gateway is never silent for more than 15 s
	retryAfter  time.Duration // what the gateway last asked for
}

func newEventSource(base, key string, query url.Values, after string, notes io.Writer) *eventSource {
	return &eventSource{
		base: base, key: key, query: query, place: after, notes: notes, http: &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}},
		least: 500 * time.Millisecond, most: 15 * time.Second, silence: 45 * time.Second,
	}
}

// list gives what is there.
func (s *eventSource) list(ctx context.Context, take taker) error {
	if s.place == "latest" {
		return nil
	}
	s.query.Set("limit", "100")
	if s.place != "" {
		s.query.Set("after", s.place)
	}
	for {
		var page struct {
			Data       []event.Envelope `json:"data"`
			HasMore    bool             `json:"has_more"`
			NextCursor string           `json:"next_cursor"`
		}
		res, err := s.get(ctx, "/v1/events")
		if err != nil {
			return err
		}
		err = json.NewDecoder(res.Body).Decode(&page)
		res.Body.Close()
		if err != nil {
			return fmt.Errorf("%s answers with what is no list of events: %w", s.base, err)
		}
		for _, e := range page.Data {
			if err := take(ctx, e); err != nil {
				return err
			}
		}
		if !page.HasMore {
			return nil
		}
		s.query.Set("starting_after", page.NextCursor)
	}
}

// follow gives what happens until ctx ends. A lost connection is made again
// and goes on where it was; only what trying again cannot mend is an error.
func (s *eventSource) follow(ctx context.Context, take taker) error {
	connected := false
	for failures := 1; ; failures++ {
		began, err := s.stream(ctx, take)
		connected = connected || began
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errRefused), errors.Is(err, errTaker), !connected && s.retryAfter == 0:
			return err
		case began:
			failures = 1
		}
		wait := cmp.Or(s.retryAfter, s.backOff(failures))
		if err != nil {
			fmt.Fprintf(s.notes, "%v; connecting again in %v\n", err, wait.Round(100*time.Millisecond))
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil
		}
	}
}

// backOff doubles with each failure, and leaves half to chance.
func (s *eventSource) backOff(failures int) time.Duration {
	d := min(s.least<<min(failures-1, 10), s.most)
	return d/2 + rand.N(d/2+1)
}

// errTaker is wrapped by what a taker fails with.
var errTaker = errors.New("the event could not be passed on")

// stream gives what one connection brings, and reports whether it brought
// anything at all.
func (s *eventSource) stream(ctx context.Context, take taker) (began bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dead := time.AfterFunc(s.silence, cancel)
	defer dead.Stop()
	res, err := s.get(ctx, "/v1/events/stream")
	if err != nil {
		return false, err
	}
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	for {
		b, err := readBlock(lines)
		if err != nil {
			return began, errors.New("the connection was lost")
		}
		began = true
		dead.Stop() // however long the taker takes
		if err := s.block(ctx, b, take); err != nil {
			return began, err
		}
		dead.Reset(s.silence)
	}
}

// block takes what one block of the stream says. The place moves once the event
// was taken.
func (s *eventSource) block(ctx context.Context, b block, take taker) error {
	switch {
	case b.event == "resync":
		var end struct{ Reason, Message string }
		if err := json.Unmarshal(b.data, &end); err != nil {
			return err
		}
		if end.Reason == string(event.TooOld) {
			fmt.Fprintf(s.notes, "Events are missing here: those up to %s are no longer kept.\n", b.id)
		}
	case len(b.data) > 0:
		var e event.Envelope
		if err := json.Unmarshal(b.data, &e); err != nil {
			return err
		}
		if err := take(ctx, e); err != nil {
			return fmt.Errorf("%w: %w", errTaker, err)
		}
	}
	s.place = cmp.Or(b.id, s.place)
	return nil
}

// get asks for something, from the place on.
func (s *eventSource) get(ctx context.Context, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path+"?"+s.query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	if path == "/v1/events/stream" && s.place != "" && s.place != "latest" {
		r.Header.Set("Last-Event-ID", s.place)
	}
	s.retryAfter = 0
	res, err := s.http.Do(r)
	if err != nil {
		return nil, &webtrunk.Error{Op: "events", Kind: webtrunk.Unavailable, Err: err,
			Message: fmt.Sprintf("no gateway answers at %s: start it, or name the right address with --url", s.base)}
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	defer res.Body.Close()
	return nil, s.refusal(res)
}

// refusal reads why the gateway does not answer with events, and whether to ask
// again.
func (s *eventSource) refusal(res *http.Response) error {
	var body struct {
		Message  string
		Remedies []string
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err == nil {
		err = json.Unmarshal(text, &body)
	}
	if err != nil || body.Message == "" {
		body.Message = fmt.Sprintf("%s answers %s, which is no answer of a gateway's API", s.base, res.Status)
	}
	if len(body.Remedies) > 0 {
		body.Message += " " + body.Remedies[0]
	}
	if res.StatusCode != http.StatusTooManyRequests && res.StatusCode < 500 {
		return &webtrunk.Error{Op: "events", Kind: webtrunk.Invalid, Message: body.Message, Err: errRefused}
	}
	seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err == nil && seconds > 0 {
		s.retryAfter = min(time.Duration(seconds)*time.Second, time.Minute)
	}
	return &webtrunk.Error{Op: "events", Kind: webtrunk.Unavailable, Message: body.Message}
}

// A block is what a stream sends between two blank lines.
type block struct {
	id, event string
	data      []byte
}

// readBlock reads one, by the rules of Server-Sent Events (WHATWG HTML §9.2.6).
func readBlock(lines *bufio.Reader) (b block, err error) {
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return b, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			b.data = bytes.TrimSuffix(b.data, []byte("\n"))
			return b, nil
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "id":
			b.id = value
		case "event":
			b.event = value
		case "data":
			b.data = append(append(b.data, value...), '\n')
		}
	}
}

// asJSON is an event as one line of JSON, as webhooks have it.
func asJSON(e event.Envelope) string {
	text, err := json.Marshal(e)
	if err != nil {
		return "{}" // cannot be: it was read from JSON
	}
	return string(text)
}
