package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/archive/files"
	"webtrunk/archive/voicemail"
	"webtrunk/billing"
	"webtrunk/billing/cashier"
	"webtrunk/billing/charge"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/event"
	"webtrunk/member"
	"webtrunk/room"
	"webtrunk/store"
	"webtrunk/store/storetest"
	"webtrunk/trunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A tenant is an account in one mode, as the tests need it.
type tenant struct {
	account webtrunk.AccountID
	test    bool
}

// makers make, for each kind of resource that a route names by id:"KIND", one
// that belongs to a tenant, and return its ID. Each feature's tests add theirs.
var makers = map[string]func(w *world, t tenant) string{
	"event": func(w *world, t tenant) string { return w.record(t, "", 0, "trunk.up").ID },
}

// features makes the features whose routes the tests of all routes call. Each
// feature's tests add theirs.
var features = []func(w *world) Feature{
	func(w *world) Feature { return Events{w.db} },
}

// A world is a server with its database and who may use it.
type world struct {
	*testing.T
	db     *store.DB
	url    string
	server *Server
	http   *httptest.Server
	cfg    Config
	users  *users

	exchange  *exchange            // what the calls go through
	made      map[string]string    // resources, by kind and tenant, for the tests of all routes
	directory *directory.Directory // who there is
	dispatch  *dispatch.Book       // who answers which calls
	desk      *desk
	site      *site
	book      *trunk.Book
	trunks    []TrunkStats // how they fare
	mailboxes *voicemail.Mailboxes
	rooms     *room.Rooms
	files     *files.Files
	billing   *billing.Book
	cashier   *cashier.Cashier
	charges   *charge.Desk
	sales     map[webtrunk.CallID]call.View
	verifier  *member.Verifier
}

// users is who has which key, for tests: what the directory does for real.
type users struct {
	keys      map[string]directory.Principal
	sessions  map[string]directory.Principal
	customers map[string]directory.Principal
	down      error
}

func (u *users) Authenticate(_ context.Context, bearer string) (directory.Principal, error) {
	if u.down != nil {
		return directory.Principal{}, u.down
	}
	if p, ok := u.keys[bearer]; ok {
		return p, nil
	}
	return directory.Principal{}, &webtrunk.Error{Op: "key", Kind: webtrunk.NotFound, Message: "This key is not known."}
}

func (u *users) Session(_ context.Context, cookie string) (directory.Principal, string, error) {
	if p, ok := u.sessions[cookie]; ok {
		return p, "csrf-" + cookie, nil
	}
	return directory.Principal{}, "", &webtrunk.Error{Op: "session", Kind: webtrunk.NotFound, Message: "You are logged out. Log in again."}
}

func (u *users) CustomerSession(_ context.Context, cookie string) (directory.Principal, string, error) {
	if p, ok := u.customers[cookie]; ok {
		return p, "csrf-" + cookie, nil
	}
	return directory.Principal{}, "", &webtrunk.Error{Op: "customer", Kind: webtrunk.NotFound, Message: "You are signed out. Sign in again."}
}

// everyRight is what an owner may.
var everyRight = []directory.Right{
	directory.CallsRead, directory.CallsWrite, directory.CallsListen, directory.EventsRead, directory.RecordsRead, directory.RecordsErase, directory.RecordingsRead,
	directory.WebhooksRead, directory.WebhooksWrite, directory.WidgetsRead, directory.WidgetsWrite, directory.KeysRead, directory.KeysWrite,
	directory.ReferencesRead, directory.ReferencesWrite, directory.NumbersRead, directory.NumbersWrite, directory.TrunksRead, directory.TrunksWrite, directory.ClientTokensWrite,
	directory.PeopleRead, directory.PeopleWrite, directory.AccountRead, directory.AccountWrite, directory.PolicyRead, directory.PolicyWrite,
	directory.QueuesRead, directory.QueuesWrite, directory.AgentsRead, directory.AgentsWrite, directory.PresenceWrite,
	directory.BillingRead, directory.BillingWrite, directory.WalletsWrite, directory.CustomersRead, directory.CustomersWrite, directory.ChargesRead, directory.ChargesWrite,
}

var (
	shop  = tenant{account: "acct_shop"}
	other = tenant{account: "acct_other"}
)

// newWorld starts a server over a new database. change may change its
// configuration before.
func newWorld(t *testing.T, change ...func(*world)) *world {
	t.Helper()
	return worldAt(t, storetest.SQLite(t), change...)
}

// worldAt is newWorld over a database that the test has chosen.
func worldAt(t *testing.T, url string, change ...func(*world)) *world {
	t.Helper()
	w := &world{T: t, url: url, verifier: &member.Verifier{Log: slog.New(slog.DiscardHandler)}}
	w.open()
	t.Cleanup(func() { w.db.Close() })
	w.users = &users{keys: map[string]directory.Principal{}, sessions: map[string]directory.Principal{}, customers: map[string]directory.Principal{}}
	w.key("sk_shop", shop, everyRight...)
	w.key("sk_other", other, everyRight...)
	w.key("sk_shop_test", tenant{shop.account, true}, everyRight...)
	w.users.sessions["alice"] = directory.Principal{Account: shop.account, ID: "person_alice", Rights: everyRight}
	w.cfg = Config{Store: w.db, Auth: w.users, Version: "test", Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	for _, f := range features {
		w.cfg.Features = append(w.cfg.Features, f(w))
	}
	for _, c := range change {
		c(w)
	}
	w.serve()
	t.Cleanup(func() { w.http.Close() })
	return w
}

func (w *world) open() {
	w.Helper()
	db, err := store.Open(context.Background(), w.url, store.Options{})
	if err != nil {
		w.Fatal(err)
	}
	w.db = db
}

// claim makes this process the node whose calls are recorded.
func (w *world) claim() *world {
	w.Helper()
	if err := w.db.Claim(context.Background(), "test"); err != nil && webtrunk.KindOf(err) != webtrunk.Conflict {
		w.Fatal(err)
	}
	return w
}

func (w *world) serve() {
	w.Helper()
	var err error
	if w.server, err = New(w.cfg); err != nil {
		w.Fatal(err)
	}
	w.http = httptest.NewServer(w.server)
}

// key makes a key with rights.
func (w *world) key(name string, t tenant, rights ...directory.Right) {
	w.users.keys[name] = directory.Principal{Account: t.account, ID: "key_" + name, Rights: rights, Test: t.test}
}

// record appends an event to the log.
func (w *world) record(t tenant, call webtrunk.CallID, seq int64, kind string) event.Record {
	w.Helper()
	r, err := event.New(t.account, t.test, kind, map[string]string{"object": strings.Split(kind, ".")[0]})
	if err != nil {
		w.Fatal(err)
	}
	r.Call, r.CallSeq = call, seq
	if call != "" {
		w.claim()
	}
	if err := w.db.Append(context.Background(), r); err != nil {
		w.Fatal(err)
	}
	return r
}

// An asked is what a server answered.
type asked struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// ask makes one request over HTTP. With are "Name: value" headers; a body is
// sent as JSON unless a Content-Type is given.
func (w *world) ask(key, method, path, body string, with ...string) asked {
	w.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r, err := http.NewRequest(method, w.http.URL+path, in)
	if err != nil {
		w.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range with {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	client := &http.Client{Timeout: 20 * time.Second, Transport: w.http.Client().Transport}
	res, err := client.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.Fatal(err)
	}
	got := asked{status: res.StatusCode, header: res.Header, text: string(text)}
	if bytes.HasPrefix(text, []byte("{")) {
		if err := json.Unmarshal(text, &got.body); err != nil {
			w.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return got
}

// is demands a status and, for an error, its code.
func (a asked) is(t testing.TB, status int, code string) asked {
	t.Helper()
	if a.status != status || code != "" && a.body["code"] != code {
		t.Fatalf("got %d %s, want %d %s", a.status, a.text, status, code)
	}
	return a
}

// exec changes rows behind the server's back.
func (w *world) exec(statement string, args ...any) error {
	return w.db.Tx(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(context.Background(), statement, args...)
		return err
	})
}

// dump is all that the database holds, as text.
func (w *world) dump(except ...string) string {
	w.Helper()
	var all strings.Builder
	for _, table := range w.rows(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`) {
		if !slices.Contains(except, table) {
			all.WriteString(table + ":\n" + strings.Join(w.rows(`SELECT * FROM "`+table+`"`), "\n") + "\n")
		}
	}
	return all.String()
}

// rows are a query's rows as text, sorted.
func (w *world) rows(query string) []string {
	w.Helper()
	rows, err := w.db.Query(context.Background(), query)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		w.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values, to := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			w.Fatal(err)
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = string(b)
			}
		}
		all = append(all, strings.Trim(fmt.Sprintf("%v", values), "[]"))
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	slices.Sort(all)
	return all
}
