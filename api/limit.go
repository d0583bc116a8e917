package api

import (
	"cmp"
	"container/list"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"webtrunk"
)

// A Rate is how many requests a caller may make: a burst at once, and so many a
// second for ever.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Limits are the rates of the API.
type Limits struct {
	Principal  Rate // of one key or person; 0 means 50 a second, 200 at once
	Account    Rate // of all keys and people of one account; 0 means four times as much as Principal
	Address    Rate // of one network address, whoever asks; 0 means 100 a second, 400 at once
	Remembered int  // how many callers are told apart; 0 means 20,000, which take some 4 MB
}

func (l Limits) withDefaults() Limits {
	l.Principal.PerSecond, l.Principal.Burst = cmp.Or(l.Principal.PerSecond, 50), cmp.Or(l.Principal.Burst, 200)
	l.Account.PerSecond, l.Account.Burst = cmp.Or(l.Account.PerSecond, 4*l.Principal.PerSecond), cmp.Or(l.Account.Burst, 4*l.Principal.Burst)
	l.Address.PerSecond, l.Address.Burst = cmp.Or(l.Address.PerSecond, 100), cmp.Or(l.Address.Burst, 400)
	l.Remembered = cmp.Or(l.Remembered, 20_000)
	return l
}

// A limiter is a token bucket for each caller. It remembers so many callers and
// forgets whoever has asked least lately.
type limiter struct {
	rate    Rate
	most    int
	mu      sync.Mutex
	buckets map[string]*list.Element
	recent  *list.List // of *bucket, the latest first
}

type bucket struct {
	caller string
	tokens float64
	at     time.Time
}

func newLimiter(r Rate, most int) *limiter {
	return &limiter{rate: r, most: most, buckets: map[string]*list.Element{}, recent: list.New()}
}

// take takes a token. It returns how many are left, and how long to wait for
// one if there was none, else until the bucket is full.
func (l *limiter) take(caller string, now time.Time) (ok bool, left int, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(caller, now)
	b.tokens = min(float64(l.rate.Burst), b.tokens+max(0, now.Sub(b.at).Seconds())*l.rate.PerSecond)
	b.at = now
	if b.tokens < 1 {
		return false, 0, l.lasts(1 - b.tokens)
	}
	b.tokens--
	return true, int(b.tokens), l.lasts(float64(l.rate.Burst) - b.tokens)
}

// lasts is how long so many tokens take to come.
func (l *limiter) lasts(tokens float64) time.Duration {
	return time.Duration(math.Ceil(tokens / l.rate.PerSecond * float64(time.Second)))
}

func (l *limiter) bucket(caller string, now time.Time) *bucket {
	if e, ok := l.buckets[caller]; ok {
		l.recent.MoveToFront(e)
		return e.Value.(*bucket)
	}
	if len(l.buckets) >= l.most {
		oldest := l.recent.Back()
		l.recent.Remove(oldest)
		delete(l.buckets, oldest.Value.(*bucket).caller)
	}
	b := &bucket{caller: caller, tokens: float64(l.rate.Burst), at: now}
	l.buckets[caller] = l.recent.PushFront(b)
	return b
}

// admitAddress holds an address to its rate, before anything is looked up for it.
func (s *Server) admitAddress(w http.ResponseWriter, r *http.Request) bool {
	err := s.addresses.hold(addressGroup(requestOf(r.Context()).address), "this address", s.cfg.Now(), w)
	if err != nil {
		s.fail(w, r, err)
	}
	return err == nil
}

// ration holds whoever asks to its rate, and its account to one of its own: keys
// cost nothing, so one that makes more of them gets no more.
func (s *Server) ration(rt *Route, w http.ResponseWriter, r *http.Request) error {
	if rt.Public {
		return nil
	}
	p, now := requestOf(r.Context()).principal, s.cfg.Now()
	if rt.Customer { // whose haste is not to keep the account's own servers out
		return s.principals.hold(p.ID, "this customer", now, w)
	}
	if err := s.accounts.hold(string(p.Account), "this account", now, w); err != nil {
		return err
	}
	return s.principals.hold(p.ID, "this key", now, w)
}

// hold takes a token and tells the caller how it stands.
func (l *limiter) hold(caller, whose string, now time.Time, w http.ResponseWriter) error {
	ok, left, wait := l.take(caller, now)
	h := w.Header()
	h.Set("RateLimit-Limit", strconv.Itoa(l.rate.Burst))
	h.Set("RateLimit-Remaining", strconv.Itoa(left))
	h.Set("RateLimit-Reset", seconds(wait))
	if ok {
		return nil
	}
	return &Problem{Kind: webtrunk.Exhausted, Code: "too_many_requests", RetryAfter: wait,
		Message: "There were too many requests from " + whose + ".",
		Remedies: []string{"Wait as long as Retry-After says, then go on at " + strconv.FormatFloat(l.rate.PerSecond, 'g', 3, 64) + " a second.",
			"Follow /v1/events/stream, or take webhooks, instead of asking again and again."}}
}

// clientAddress is who asks. What X-Forwarded-For says is believed from the
// right, as far as trusted proxies have written it.
func (s *Server) clientAddress(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	client := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(client); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = hop.Unmap()
	}
	return client.String()
}

func (s *Server) trusts(a netip.Addr) bool {
	for _, p := range s.cfg.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// addressGroup is what one customer of a network has: an IPv4 address, or the
// 64 bits of an IPv6 network, in which a host may take as many as it likes.
func addressGroup(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Is4() {
		return address
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}
