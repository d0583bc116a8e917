package carrier

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// The example of RFC 7616 §3.9.1, which computes both algorithms.
func TestDigestAgreesWithTheStandardsExample(t *testing.T) {
	t.Parallel()
	for algorithm, want := range map[string]string{
		"MD5":     "8ca523f5e9506fed4657c9700eebdbec",
		"SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		sum := digestHash(algorithm)
		ha1 := sum("Mufasa", "http-auth@example.org", "Circle of Life")
		ha2 := sum("GET", "/dir/index.html")
		got := sum(ha1, "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
			"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth", ha2)
		if got != want {
			t.Errorf("%s: %s, want %s", algorithm, got, want)
		}
	}
}

func guardedConfig() Config {
	cfg := short()
	cfg.Username, cfg.Password = "gateway", "s3cret"
	return cfg
}

// credentials answers a challenge as a client would, computed here once more.
func credentials(res *sip.Response, method, uri, password string, count int, change map[string]string) string {
	challenge := parseCredentials(res.GetHeaders("Proxy-Authenticate")[0].Value())
	f := map[string]string{
		"username": "gateway", "realm": challenge["realm"], "nonce": challenge["nonce"], "uri": uri,
		"algorithm": challenge["algorithm"], "cnonce": "0a4f113b", "nc": fmt.Sprintf("%08x", count), "qop": "auth",
	}
	maps.Copy(f, change)
	h := func(s string) string {
		if f["algorithm"] == "SHA-256" {
			return fmt.Sprintf("%x", sha256.Sum256([]byte(s)))
		}
		return fmt.Sprintf("%x", md5.Sum([]byte(s)))
	}
	response := h(h(f["username"]+":"+f["realm"]+":"+password) + ":" + f["nonce"] + ":" + f["nc"] + ":" +
		f["cnonce"] + ":auth:" + h(method+":"+uri))
	var parts []string
	for k, v := range f {
		if k == "nc" || k == "qop" || k == "algorithm" {
			parts = append(parts, k+"="+v)
		} else {
			parts = append(parts, fmt.Sprintf("%s=%q", k, v))
		}
	}
	return "Proxy-Authorization: Digest " + strings.Join(parts, ", ") + fmt.Sprintf(", response=%q", response)
}

func (s *stranger) uri(to string) string { return "sip:" + to + "@" + s.conn.RemoteAddr().String() }

func (s *stranger) ack(to, branch string, seq int, res *sip.Response) {
	s.t.Helper()
	s.send(s.request("ACK", to, branch, seq, tagOf(res.To().Params)))
}

const echoNumber = "+15550100101"

func TestACallerWhoProvesItselfGetsThrough(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"SHA-256", "MD5"} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			cfg := guardedConfig()
			cfg.Algorithms = []string{algorithm}
			c := start(t, cfg)
			s := newStranger(t, c)
			s.send(s.invite(echoNumber, "z9hG4bK1", 1))
			challenge := s.want(407)
			s.ack(echoNumber, "z9hG4bK1", 1, challenge)
			proof := credentials(challenge, "INVITE", s.uri(echoNumber), "s3cret", 1, nil)
			s.send(s.request("INVITE", echoNumber, "z9hG4bK2", 2, "", append([]string{proof}, aBody...)...))
			ok := s.final("2 INVITE")
			s.ack(echoNumber, "z9hG4bK3", 2, ok)
			call, err := c.WaitCall(limit(t), Reached(Confirmed))
			must(t, err)
			wantTranscript(t, call, "→ INVITE", "← 407 INVITE", "→ ACK", "→ INVITE", "← 100 INVITE", "← 180 INVITE", "← 200 INVITE", "→ ACK")
			if got := len(c.Calls()); got != 1 {
				t.Errorf("asking first made %d calls", got)
			}
			c.Close()
		})
	}
}

func TestBothAlgorithmsAreOfferedTheStrongerFirst(t *testing.T) {
	t.Parallel()
	c := start(t, guardedConfig())
	s := newStranger(t, c)
	s.send(s.invite(echoNumber, "z9hG4bK1", 1))
	hs := s.want(407).GetHeaders("Proxy-Authenticate")
	if len(hs) != 2 || !strings.Contains(hs[0].Value(), "SHA-256") || !strings.Contains(hs[1].Value(), "MD5") {
		t.Errorf("offered %v", hs)
	}
}

func TestWhoCannotProveItselfIsAskedAgain(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string]struct {
		password string
		change   map[string]string
	}{
		"wrong password":    {"guess", nil},
		"wrong user":        {"s3cret", map[string]string{"username": "mallory"}},
		"another number":    {"s3cret", map[string]string{"uri": "sip:+1900@127.0.0.1"}},
		"own nonce":         {"s3cret", map[string]string{"nonce": "mine"}},
		"own realm":         {"s3cret", map[string]string{"realm": "mine"}},
		"no count":          {"s3cret", map[string]string{"nc": "x"}},
		"unknown algorithm": {"s3cret", map[string]string{"algorithm": "SHA-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, guardedConfig())
			s := newStranger(t, c)
			s.send(s.invite(echoNumber, "z9hG4bK1", 1))
			challenge := s.want(407)
			s.ack(echoNumber, "z9hG4bK1", 1, challenge)
			proof := credentials(challenge, "INVITE", s.uri(echoNumber), lie.password, 1, lie.change)
			s.send(s.request("INVITE", echoNumber, "z9hG4bK2", 2, "", append([]string{proof}, aBody...)...))
			again := s.final("2 INVITE")
			if again.StatusCode != 407 {
				t.Fatalf("was answered %d", again.StatusCode)
			}
			if strings.Contains(again.String(), "stale") {
				t.Error("a wrong proof was called stale")
			}
			s.ack(echoNumber, "z9hG4bK2", 2, again)
			if st := c.Stats(); st.CallsOpen != 0 {
				t.Error("a call is open for somebody who lied")
			}
		})
	}
}

func TestACallerWhoNeverComesBackIsForgotten(t *testing.T) {
	t.Parallel()
	cfg := guardedConfig()
	cfg.T1 = 5 * time.Millisecond
	c := start(t, cfg)
	s := newStranger(t, c)
	s.send(s.invite(echoNumber, "z9hG4bK1", 1))
	s.ack(echoNumber, "z9hG4bK1", 1, s.want(407))
	call, err := c.WaitCall(limit(t), Ended)
	must(t, err)
	wantEnd(t, call, Us, 407)
}

func TestAReplayedOrWornNonceIsStale(t *testing.T) {
	t.Parallel()
	for name, uses := range map[string]int{"replayed count": 0, "worn nonce": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := guardedConfig()
			cfg.ChallengeAll, cfg.NonceUses = true, uses
			c := start(t, cfg)
			s := newStranger(t, c)
			s.send(s.invite(echoNumber, "z9hG4bK1", 1))
			challenge := s.want(407)
			s.ack(echoNumber, "z9hG4bK1", 1, challenge)
			uri := s.uri(echoNumber)
			proof := credentials(challenge, "INVITE", uri, "s3cret", 1, nil)
			s.send(s.request("INVITE", echoNumber, "z9hG4bK2", 2, "", append([]string{proof}, aBody...)...))
			ok := s.final("2 INVITE")
			s.ack(echoNumber, "z9hG4bK3", 2, ok)
			tag := tagOf(ok.To().Params)
			call, err := c.WaitCall(limit(t), Reached(Confirmed))
			must(t, err)

			count := 1 + uses // the same again, or the next of a nonce good for one
			worn := credentials(challenge, "BYE", uri, "s3cret", count, nil)
			s.send(s.request("BYE", echoNumber, "z9hG4bK4", 3, tag, worn))
			fresh := s.final("3 BYE")
			if fresh.StatusCode != 407 || !strings.Contains(fresh.String(), "stale=true") {
				t.Fatalf("BYE with a stale nonce was answered %d", fresh.StatusCode)
			}
			if Ended(call) {
				t.Fatal("a replayed BYE ended the call")
			}
			proof = credentials(fresh, "BYE", uri, "s3cret", 1, nil)
			s.send(s.request("BYE", echoNumber, "z9hG4bK5", 4, tag, proof))
			if res := s.final("4 BYE"); res.StatusCode != 200 {
				t.Errorf("BYE with a fresh nonce was answered %d", res.StatusCode)
			}
			wantEnd(t, call, Them, 0)
		})
	}
}

// final hears responses up to the final one to that CSeq, past repetitions of
// earlier ones.
func (s *stranger) final(cseq string) *sip.Response {
	s.t.Helper()
	for {
		if res := s.hear(); res.CSeq().Value() == cseq && res.StatusCode >= 200 {
			return res
		}
	}
}

func TestNoncesAreForgottenInTheEnd(t *testing.T) {
	t.Parallel()
	a := newAuthority(Config{Algorithms: []string{"MD5"}})
	for range nonceLimit + 5 {
		a.challenges(false)
	}
	if len(a.nonces) != nonceLimit || len(a.order) != nonceLimit {
		t.Errorf("%d nonces are remembered, want %d", len(a.nonces), nonceLimit)
	}
}

func TestCredentialsAreReadAsWritten(t *testing.T) {
	t.Parallel()
	got := parseCredentials(`digest username="a \"b\" , c=d", NC=00000001 ,qop=auth,  uri="sip:x@y"`)
	want := map[string]string{"username": `a "b" , c=d`, "nc": "00000001", "qop": "auth", "uri": "sip:x@y"}
	if !maps.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	if got := parseCredentials("Basic abc=="); len(got) != 0 {
		t.Errorf("read %q from Basic", got)
	}
}

func FuzzCredentials(f *testing.F) {
	f.Add(`Digest username="gateway", nonce="x", nc=00000001, qop=auth`)
	f.Add(`Digest a="\`)
	f.Add(`Digest =,=",`)
	f.Fuzz(func(t *testing.T, value string) {
		for k := range parseCredentials(value) {
			if k != strings.ToLower(k) {
				t.Errorf("name %q is not in lower case", k)
			}
		}
	})
}
