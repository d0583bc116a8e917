package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	shop  = webtrunk.AccountID("acct_shop")
	other = webtrunk.AccountID("acct_other")
)

// noon is when the stories of these tests begin.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// A world is an archive over a database, and a clock.
type world struct {
	testing.TB
	db  *store.DB
	a   *Archive
	now time.Time
}

// each runs a test on both databases.
func each(t *testing.T, f func(w *world)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(newWorld(t, db)) })
}

// alone runs a test on SQLite: for what says nothing of databases.
func alone(t *testing.T, f func(w *world)) {
	t.Helper()
	f(newWorld(t, storetest.Open(t, storetest.SQLite(t))))
}

func newWorld(t testing.TB, db *store.DB, keepers ...Keeper) *world {
	w := &world{TB: t, db: db, now: noon}
	w.a = New(db, Options{Keepers: keepers, Now: func() time.Time { return w.now }})
	return w
}

// A story is a call being told to the log.
type story struct {
	w       *world
	id      webtrunk.CallID
	account webtrunk.AccountID
	test    bool
	at      time.Time
	seq     int64

	from, to string
}

// call begins a story.
func (w *world) call(account webtrunk.AccountID, test bool, at time.Time) *story {
	return &story{w: w, id: webtrunk.NewCallID(), account: account, test: test, at: at}
}

// say appends the call's next record, some time after the one before.
func (s *story) say(after time.Duration, kind, data string) *story {
	s.w.Helper()
	s.at = s.at.Add(after)
	s.seq++
	r, err := event.New(s.account, s.test, kind, json.RawMessage(data))
	if err != nil {
		s.w.Fatal(err)
	}
	r.Call, r.CallSeq, r.Time, r.Last = s.id, s.seq, s.at, kind == "call.ended"
	r.Private = json.RawMessage(`{"hidden":"tel:+4930999999"}`)
	if err := s.w.db.Append(context.Background(), r); err != nil {
		s.w.Fatal(err)
	}
	return s
}

// leg is a leg as the log's records show it.
func (s *story) leg(n int, kind, role, address, state string) string {
	return fmt.Sprintf(`"leg":{"id":%q,"kind":%q,"role":%q,"address":%q,"state":%q}`, s.legID(n), kind, role, address, state)
}

func (s *story) legID(n int) string { return call.LegID(n).Public(s.id) }

// begin tells of a call up to its first ring.
func (s *story) begin(from, to, via, metadata string) *story {
	s.w.Helper()
	s.from, s.to = from, to
	return s.say(0, "call.created", fmt.Sprintf(`{"status":"authorizing","from":%q,"to":%q,"via":%q,"metadata":%s}`, from, to, via, metadata)).
		say(0, "leg.added", `{"status":"authorizing",`+s.leg(1, "webrtc", "caller", from, "connecting")+`}`).
		say(10*time.Millisecond, "call.admitted", `{"status":"queued","ring_time_ms":45000}`).
		say(10*time.Millisecond, "leg.added", `{"status":"queued",`+s.leg(2, "pstn", "callee", to, "new")+`,"for":"call","stage":0}`).
		say(time.Second, "leg.ringing", `{"status":"queued",`+s.leg(2, "pstn", "callee", to, "ringing")+`}`).
		say(0, "call.ringing", `{"status":"ringing"}`)
}

// answer joins the callee.
func (s *story) answer() *story {
	s.w.Helper()
	return s.say(2*time.Second, "leg.joined", `{"status":"ringing",`+s.leg(2, "pstn", "callee", s.to, "connected")+`}`).
		say(0, "call.answered", `{"status":"in_progress",`+s.leg(2, "pstn", "callee", s.to, "connected")+`}`)
}

// talk answers and, after a time, ends the call by its caller.
func (s *story) talk(d time.Duration) *story {
	s.w.Helper()
	return s.answer().
		say(d, "leg.left", `{"status":"in_progress",`+s.leg(1, "webrtc", "caller", s.from, "ended")+`,"reason":"hangup","quality":{"codec":"opus","packets_received":500,"packets_lost":5,"mos":4.2}}`).
		say(0, "leg.left", `{"status":"in_progress",`+s.leg(2, "pstn", "callee", s.to, "ended")+`,"reason":"hangup","quality":{"codec":"PCMA","packets_received":498,"mos":4.1}}`).
		say(0, "call.ended", fmt.Sprintf(`{"status":"completed","end_reason":"hangup","ended_by":%q}`, s.legID(1)))
}

// busy ends the call because its callee talks to somebody else.
func (s *story) busy(message string) *story {
	s.w.Helper()
	return s.say(time.Second, "leg.left", fmt.Sprintf(`{"status":"ringing",%s,"reason":"busy","sip_code":486,"message":%q}`, s.leg(2, "pstn", "callee", s.to, "ended"), message)).
		say(0, "leg.left", `{"status":"ringing",`+s.leg(1, "webrtc", "caller", s.from, "ended")+`,"reason":"busy"}`).
		say(0, "call.ended", fmt.Sprintf(`{"status":"busy","end_reason":"busy","ended_by":"","sip_code":486,"message":%q}`, message))
}

// catchUp gives the archive what the log has and it has not, in batches of a
// size, and keeps its cursor as an event.Consumer does.
func (w *world) catchUp(batch int) {
	w.Helper()
	ctx := context.Background()
	after, err := w.db.Cursor(ctx, Consumer)
	if err != nil {
		w.Fatal(err)
	}
	var recs []event.Record
	for r, err := range w.db.Read(ctx, event.Stream{}, after) {
		if err != nil {
			w.Fatal(err)
		}
		recs = append(recs, r)
	}
	for part := range slices.Chunk(recs, batch) {
		if err := w.a.Handle(ctx, part); err != nil {
			w.Fatal(err)
		}
		if err := w.db.SaveCursor(ctx, Consumer, part[len(part)-1].Position); err != nil {
			w.Fatal(err)
		}
	}
}

// get returns a call's record.
func (s *story) get() Record {
	s.w.Helper()
	r, err := s.w.a.Get(context.Background(), s.account, s.test, s.id)
	if err != nil {
		s.w.Fatal(err)
	}
	return r
}

// found returns the records that a query of the shop's live calls gives.
func (w *world) found(q Query) (ids []webtrunk.CallID) {
	w.Helper()
	if q.Account == "" {
		q.Account = shop
	}
	page, _, err := w.a.Search(context.Background(), q)
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range page {
		ids = append(ids, r.ID)
	}
	return ids
}

// shows fails unless a query gives these calls, newest first.
func (w *world) shows(what string, q Query, want ...*story) {
	w.Helper()
	var ids []webtrunk.CallID
	for _, s := range want {
		ids = append(ids, s.id)
	}
	if got := w.found(q); !slices.Equal(got, ids) {
		w.Errorf("%s: found %v, want %v", what, got, ids)
	}
}

// asJSON is a value as the API shows it.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func containsAny(s string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(s, part) })
}
