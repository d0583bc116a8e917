package directory

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// each tells a story on both databases, at a time that the story moves.
func each(t *testing.T, story func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := &clock{now: time.Now()}
		w := inside(t, db, Options{Site: "https://calls.example", Domain: "calls.example", Now: c.read})
		w.clock, w.hashing.memory = c, 64
		story(t, w)
	})
}

// A clock stands until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// account makes an account and returns who may do everything in it.
func (w *world) account(name string, to ...string) Principal {
	w.t.Helper()
	a, err := w.CreateAccount(w.t.Context(), NewAccount{Name: name, Destinations: destinations(w.t, to...)})
	if err != nil {
		w.t.Fatal(err)
	}
	return Principal{Account: a.ID, ID: "maker", Rights: AllRights()}
}

// happened returns the types of an account's events and all that they say.
func (w *world) happened(account webtrunk.AccountID) (types []string, said string) {
	w.t.Helper()
	for r, err := range w.db.Read(w.t.Context(), event.Stream{Account: account}, 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		types = append(types, r.Type)
		said += string(r.Data) + string(r.Private)
	}
	return types, said
}

func addr(t testing.TB, s string) webtrunk.Address {
	t.Helper()
	a, err := webtrunk.ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func destinations(t testing.TB, names ...string) (ds []Destination) {
	t.Helper()
	for _, name := range names {
		d, err := ParseDestination(name)
		if err != nil {
			t.Fatal(err)
		}
		ds = append(ds, d)
	}
	return ds
}

const deskToken = "a-token-that-nobody-guesses"

// shop is the directory of a small shop: its pages call the shop's reference
// and numbers in one area, its own number leads to the desk.
func shop(t testing.TB) Contents {
	return Contents{
		Widgets: []NewWidget{{
			Key:          "pk_shop1",
			Origins:      []Origin{"https://shop.example"},
			Destinations: destinations(t, "ref_shop", "+1555"),
			Metadata:     []string{"product"},
		}},
		References: []NewReference{
			{ID: "ref_shop", Target: addr(t, "tel:+447700900123")},
			{ID: "ref_desk", Target: addr(t, "browser:desk")},
		},
		Numbers:   []NewNumber{{Number: "+15550100001", Reference: "ref_desk"}},
		Receivers: []Receiver{{Token: deskToken, Name: "desk"}},
	}
}

// A world is a directory that a test uses.
type world struct {
	*Directory
	t        testing.TB
	operator Account
	clock    *clock
	db       *store.DB
}

func empty(t testing.TB, o Options) *world {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "gateway.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return inside(t, db, o)
}

func inside(t testing.TB, db *store.DB, o Options) *world {
	t.Helper()
	d, err := Open(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	return &world{Directory: d, t: t, db: db}
}

// open returns the shop's directory.
func open(t testing.TB) *world {
	t.Helper()
	w := empty(t, Options{})
	w.provision(shop(t))
	return w
}

func (w *world) provision(c Contents) {
	w.t.Helper()
	a, err := w.Provision(w.t.Context(), c)
	if err != nil {
		w.t.Fatal(err)
	}
	w.operator = a
}

func (w *world) widget(key string) Widget {
	w.t.Helper()
	widget, err := w.Publishable(w.t.Context(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	return widget
}

// resolve is what a call of the operator's asks.
func (w *world) resolve(to string) (webtrunk.Address, error) {
	w.t.Helper()
	a := webtrunk.Address{}
	if to != "" {
		a = addr(w.t, to)
	}
	target, err := w.Resolve(w.t.Context(), Query{Account: w.operator.ID, To: a})
	return target.Address, err
}

// refused checks that err is a refusal of this kind and a sentence with these words.
func refused(t *testing.T, err error, kind webtrunk.Kind, words ...string) {
	t.Helper()
	var e *webtrunk.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Message == "" {
		t.Fatalf("got %v, want a sentence of kind %v", err, kind)
	}
	for _, w := range words {
		if !strings.Contains(e.Error(), w) {
			t.Errorf("%q does not mention %q", e.Error(), w)
		}
	}
}

func TestAVisitorCallsTheShopWithoutLearningItsNumber(t *testing.T) {
	d := open(t)
	key := d.widget("pk_shop1")
	if !key.Serves("https://shop.example") {
		t.Error("the shop's own page is not served")
	}
	ref := addr(t, "ref_shop")
	if err := key.Permit(ref); err != nil {
		t.Errorf("the shop's reference is refused: %v", err)
	}
	got, err := d.resolve("ref_shop")
	if want := addr(t, "tel:+447700900123"); err != nil || got != want {
		t.Errorf("Resolve = %v, %v; want %v", got, err, want)
	}
	// The contact itself is not among the key's destinations.
	err = key.Permit(got)
	refused(t, err, webtrunk.Forbidden, "may not call")
}

func TestAKeyCallsOnlyItsDestinations(t *testing.T) {
	key := open(t).widget("pk_shop1")
	for to, allowed := range map[string]bool{
		"ref_shop":           true,
		"+1 555 010-0199":    true,
		"ref_desk":           false, // a reference, but not this key's
		"ref_shop2":          false, // begins like one
		"+15540100199":       false,
		"+19005550100":       false, // premium
		"sip:a@shop.example": false,
		"browser:desk":       false, // reached through a reference alone
		"ref:+15550100199":   false,
	} {
		a, err := webtrunk.ParseAddress(to)
		if err != nil {
			if !allowed {
				continue // not even an address
			}
			t.Fatal(err)
		}
		if err := key.Permit(a); (err == nil) != allowed {
			t.Errorf("Permit(%s) = %v, want allowed=%v", to, err, allowed)
		}
	}
}

func TestReferencesCannotBeProbed(t *testing.T) {
	key := open(t).widget("pk_shop1")
	there, gone := key.Permit(addr(t, "ref_desk")), key.Permit(addr(t, "ref_none"))
	refused(t, there, webtrunk.NotFound, "leads to nobody")
	if strings.ReplaceAll(there.Error(), "ref_desk", "ref_none") != gone.Error() {
		t.Errorf("a reference of another key, %v, is told from none, %v", there, gone)
	}
}

func TestAnotherSiteCannotBorrowTheKey(t *testing.T) {
	d := open(t)
	key := d.widget("pk_shop1")
	for origin, served := range map[string]bool{
		"https://shop.example":      true,
		"https://SHOP.example:443":  true, // the same origin, written otherwise
		"http://shop.example":       false,
		"https://shop.example:8443": false,
		"https://shop.example.evil": false,
		"https://evilshop.example":  false,
		"https://a.shop.example":    false,
		"null":                      false,
		"":                          false,
		"https://":                  false,
	} {
		if got := key.Serves(origin); got != served {
			t.Errorf("Key.Serves(%q) = %v", origin, got)
		}
		if got, err := d.Serves(t.Context(), origin); got != served || err != nil {
			t.Errorf("Directory.Serves(%q) = %v, %v", origin, got, err)
		}
	}
}

func TestMetadataIsAllowedByName(t *testing.T) {
	key := open(t).widget("pk_shop1")
	if err := key.PermitMetadata("product"); err != nil {
		t.Error(err)
	}
	refused(t, key.PermitMetadata("email"), webtrunk.Forbidden, `"email"`)
}

func TestOurNumberRingsAtTheDesk(t *testing.T) {
	d := open(t)
	number := addr(t, "+15550100001")
	if owner, _, ok, err := d.Owner(t.Context(), number); !ok || owner != d.operator.ID || err != nil {
		t.Fatalf("our number is %v's, %v", owner, err)
	}
	got, err := d.resolve("+15550100001")
	if err != nil || got.String() != "browser:desk" {
		t.Fatalf("Resolve = %v, %v", got, err)
	}
	desk, err := d.Receiver(t.Context(), d.operator.ID, false, deskToken)
	if err != nil || desk != got {
		t.Errorf("the desk's page is %v, %v; the number leads to %v", desk, err, got)
	}
	stranger := addr(t, "+15550100002")
	for _, not := range []webtrunk.Address{stranger, {Scheme: webtrunk.Ref, Value: "+15550100001"}} {
		if _, _, ok, err := d.Owner(t.Context(), not); ok || err != nil {
			t.Errorf("%v is called ours, %v", not, err)
		}
	}
	if got, err := d.resolve("+15550100002"); err != nil || got != stranger {
		t.Errorf("another's number resolves to %v, %v; want itself", got, err)
	}
}

func TestAWrongTokenReceivesNothing(t *testing.T) {
	d := open(t)
	for _, token := range []string{"", "x", deskToken + "x", deskToken[1:], strings.ToUpper(deskToken)} {
		_, err := d.Receiver(t.Context(), d.operator.ID, false, token)
		refused(t, err, webtrunk.Forbidden, "token is not valid")
		if token != "" && token != "x" && strings.Contains(err.Error(), token) {
			t.Errorf("the refusal repeats the token: %v", err)
		}
	}
}

func TestUnknownNamesGetASentence(t *testing.T) {
	d := open(t)
	_, err := d.Publishable(t.Context(), "pk_other")
	refused(t, err, webtrunk.NotFound, "key is unknown")
	_, err = d.resolve("ref_gone")
	refused(t, err, webtrunk.NotFound, `"ref_gone" leads to nobody`)
	_, err = d.resolve("")
	refused(t, err, webtrunk.Invalid)
}

func TestMistakesInTheContentsAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*Contents)
		want  string
	}{
		"key without origin":     {func(c *Contents) { c.Widgets[0].Origins = nil }, "at least one origin"},
		"secret key":             {func(c *Contents) { c.Widgets[0].Key = "sk_shop1" }, "a publishable key is pk_"},
		"key twice":              {func(c *Contents) { c.Widgets = append(c.Widgets, c.Widgets[0]) }, "key pk_shop1: it is given twice"},
		"key to nowhere":         {func(c *Contents) { c.Widgets[0].Destinations = destinations(t, "ref_gone") }, `no reference "ref_gone"`},
		"reference twice":        {func(c *Contents) { c.References = append(c.References, c.References[0]) }, "reference ref_shop: it is given twice"},
		"reference unnamed":      {func(c *Contents) { c.References[0].ID = "shop" }, "write ref_"},
		"reference with a space": {func(c *Contents) { c.References[0].ID = "ref_a b" }, "write ref_"},
		"reference to reference": {func(c *Contents) { c.References[0].Target = addr(t, "ref_desk") }, "another reference"},
		"reference to nobody":    {func(c *Contents) { c.References[0].Target = webtrunk.Address{} }, "has no target"},
		"number to nowhere":      {func(c *Contents) { c.Numbers[0].Reference = "ref_gone" }, `no reference "ref_gone"`},
		"number twice":           {func(c *Contents) { c.Numbers = append(c.Numbers, c.Numbers[0]) }, "number +15550100001: it is given twice"},
		"number that is none":    {func(c *Contents) { c.Numbers[0].Number = "browser:desk" }, "a telephone number has only digits"},
		"short token":            {func(c *Contents) { c.Receivers[0].Token = "short" }, "16 to 256 characters"},
		"odd receiver":           {func(c *Contents) { c.Receivers[0].Name = "the desk" }, "cannot be called"},
		"token twice":            {func(c *Contents) { c.Receivers = append(c.Receivers, Receiver{deskToken, "b"}) }, "another receiver has the same token"},
	} {
		t.Run(name, func(t *testing.T) {
			contents := shop(t)
			c.spoil(&contents)
			_, err := empty(t, Options{}).Provision(t.Context(), contents)
			refused(t, err, webtrunk.Invalid, c.want)
			if strings.Contains(err.Error(), deskToken) {
				t.Error("the sentence repeats the token")
			}
		})
	}
}

func TestReferencesMayShareAContactAndReceiversAName(t *testing.T) {
	c := shop(t)
	c.References = append(c.References, NewReference{ID: "ref_till", Target: c.References[1].Target})
	c.Receivers = append(c.Receivers, Receiver{Token: "another-long-token", Name: "desk"})
	d := empty(t, Options{})
	d.provision(c)
	first, _ := d.Receiver(t.Context(), d.operator.ID, false, deskToken)
	second, err := d.Receiver(t.Context(), d.operator.ID, false, "another-long-token")
	if err != nil || first != second {
		t.Errorf("two people of one desk are called at %v and %v, %v", first, second, err)
	}
}

func FuzzParseOrigin(f *testing.F) {
	for _, s := range []string{"https://shop.example", "http://[::1]:8080", "null", "https://a@b", "https://x/", "http://A:80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := ParseOrigin(s)
		if err != nil {
			return
		}
		if again, err := ParseOrigin(string(o)); err != nil || again != o {
			t.Errorf("%q reads as %q, which reads as %q, %v", s, o, again, err)
		}
	})
}
