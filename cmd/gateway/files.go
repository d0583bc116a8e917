package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/files"
	"webtrunk/call"
	"webtrunk/room"
	"webtrunk/signaling"
)

// FilesConfig says where files are kept that people in calls send each other.
type FilesConfig struct {
	Directory string `yaml:"directory"` // this node's own; empty: none can be sent
	Largest   int64  `yaml:"largest"`   // bytes of one file; 0: 10 MiB
	PerCall   int    `yaml:"per_call"`  // files of one call; 0: 20
	Scanner   string `yaml:"scanner"`   // where each is looked at before it is shown; empty: nowhere
}

// openFiles opens the files of calls, if any are kept.
func (g *gateway) openFiles() (err error) {
	c := g.cfg.Files
	if c.Directory == "" {
		return nil
	}
	o := files.Options{Directory: c.Directory, Largest: c.Largest, PerCall: c.PerCall, Log: g.log}
	if c.Scanner != "" {
		if u, err := url.Parse(c.Scanner); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return setting("files.scanner", &webtrunk.Error{Op: "files", Kind: webtrunk.Invalid, Message: "files.scanner is the address of a server, such as http://127.0.0.1:3310/scan"})
		}
		o.Scanner = files.HTTPScanner{URL: c.Scanner}
	}
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	if g.files, err = files.Open(ctx, g.store, o); err != nil {
		return setting("files.directory", err)
	}
	g.started.push(g.ticketing.Wait)
	return nil
}

// attached is who erases files: they go with what was written, and never stay longer than
// the call's record.
type attached struct {
	*files.Files
	with archive.Class
}

// Keeps implements archive.Keeper.
func (a attached) Keeps() archive.Class { return a.with }

// A roomSeat is a page's place in a room, from which it also sends files and fetches them.
type roomSeat struct {
	*room.Seat
	g    *gateway
	page signaling.RoomPage
	me   room.Member
}

func (s roomSeat) call() files.Call {
	return files.Call{ID: s.page.Call, Account: s.page.Account, Test: s.page.Test}
}

const noFiles = "This gateway passes no files on."

// Attach implements signaling.RoomSeat.
func (s roomSeat) Attach(name string, bytes int64, answer func(signaling.RoomTicket, error)) {
	s.ask(answer, func(ctx context.Context) (files.Ticket, error) {
		w := files.Wish{Call: s.call(), Leg: call.LegID(s.page.Leg), Origin: s.page.Origin, Name: name, Bytes: bytes}
		return s.g.files.Offer(ctx, w, func(ctx context.Context, f files.File) error {
			return s.g.rooms.Send(ctx, room.Call(s.call()), s.me, room.Filed{File: f.ID, FileName: f.Name, MediaType: f.MediaType, Bytes: f.Bytes})
		})
	})
}

// Fetch implements signaling.RoomSeat.
func (s roomSeat) Fetch(file string, answer func(signaling.RoomTicket, error)) {
	s.ask(answer, func(ctx context.Context) (files.Ticket, error) {
		return s.g.files.Lend(ctx, s.call(), s.page.Origin, file)
	})
}

func (s roomSeat) ask(answer func(signaling.RoomTicket, error), what func(context.Context) (files.Ticket, error)) {
	if s.g.files == nil {
		answer(signaling.RoomTicket{}, &webtrunk.Error{Op: "files", Kind: webtrunk.Unsupported, Message: noFiles})
		return
	}
	s.g.ticketing.Go(func() {
		ctx, done := context.WithTimeout(context.Background(), openTime)
		defer done()
		t, err := what(ctx)
		answer(signaling.RoomTicket{Path: filesPath + t.ID, Secret: t.Secret, Lasts: int(t.Lasts / time.Second)}, err)
	})
}

// filesPath is where files are sent to and fetched from, by a ticket each.
const filesPath = "/v1/files/"

// A courier takes files from pages and brings them: whoever has a ticket's secret. The page
// may be any site's, and only the one that the ticket was given to is answered.
type courier struct{ g *gateway }

func (c courier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(r.URL.Path, filesPath)
	if c.g.files == nil || !c.mayAsk(w, r, id) {
		tellProblem(w, http.StatusNotFound, "There is no such file here, or no longer: ask for it again in the call.")
		return
	}
	secret, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch r.Method {
	case http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
	case http.MethodPut:
		c.take(w, r, id, secret)
	case http.MethodGet:
		c.bring(w, r, id, secret)
	default:
		w.Header().Set("Allow", "GET, PUT, OPTIONS")
		tellProblem(w, http.StatusMethodNotAllowed, "Files are sent by PUT and fetched by GET.")
	}
}

// mayAsk answers a browser that asks whether the page may do this.
func (c courier) mayAsk(w http.ResponseWriter, r *http.Request, id string) bool {
	given, known := c.g.files.Origin(id)
	if !known {
		return false
	}
	w.Header().Set("Vary", "Origin")
	w.Header().Set("Cache-Control", "private, no-store")
	origin := r.Header.Get("Origin")
	if _, host, _ := strings.Cut(origin, "://"); origin == "" || strings.EqualFold(host, r.Host) {
		return true
	}
	if origin != given {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Access-Control-Allow-Methods", "GET, PUT")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	return true
}

// onTheWay is how long a file may take over a slow network.
const onTheWay = 2 * time.Minute

func (c courier) take(w http.ResponseWriter, r *http.Request, id, secret string) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(onTheWay)) // a server that has none waits as it does
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(onTheWay + time.Minute))
	if _, err := c.g.files.Receive(r.Context(), id, secret, r.Body); err != nil {
		tellProblem(w, statusOf(err), webtrunk.MessageOf(err, "The file could not be sent."))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c courier) bring(w http.ResponseWriter, r *http.Request, id, secret string) {
	f, content, err := c.g.files.Borrow(id, secret)
	if err != nil {
		tellProblem(w, statusOf(err), webtrunk.MessageOf(err, "The file could not be fetched."))
		return
	}
	defer content.Close()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(onTheWay))
	f.Describe(w.Header())
	http.ServeContent(w, r, "", time.Time{}, content)
}

// tellProblem answers with a sentence for the person.
func tellProblem(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message}) // whoever asked may have gone
}

// statusOf is the status of a refusal.
func statusOf(err error) int {
	switch webtrunk.KindOf(err) {
	case webtrunk.Invalid:
		return http.StatusUnprocessableEntity
	case webtrunk.NotFound:
		return http.StatusNotFound
	case webtrunk.Exhausted:
		return http.StatusTooManyRequests
	case webtrunk.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
