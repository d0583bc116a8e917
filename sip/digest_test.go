package sip

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// TestDigestExamples: the examples that the standards compute (RFC 2617 §3.5,
// RFC 7616 §3.9.1).
func TestDigestExamples(t *testing.T) {
	const (
		old   = `Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`
		newer = `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=%s, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	)
	for _, c := range []struct{ challenge, cnonce, password, want string }{
		{old, "0a4f113b", "Circle Of Life", "6629fae49393a05397450978507c4ef1"},
		{fmt.Sprintf(newer, "MD5"), "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "Circle of Life", "8ca523f5e9506fed4657c9700eebdbec"},
		{fmt.Sprintf(newer, "SHA-256"), "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "Circle of Life", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
	} {
		cred := newCredential("Authorization", challengeOf(c.challenge))
		cred.cnonce = c.cnonce
		got, err := digest.ParseCredentials(cred.answer("GET", "/dir/index.html", "Mufasa", c.password))
		if err != nil || got.Response != c.want || got.Nc != 1 || got.QOP != "auth" || got.Opaque == "" {
			t.Errorf("%s: answered %+v %v", c.challenge, got, err)
		}
	}
}

// TestDigestSessions: the session variants, computed here from the formula of
// RFC 7616 §3.4.2: A1 is of the first nonce and client nonce for as long as the
// session lasts, also under the nonce that comes next.
func TestDigestSessions(t *testing.T) {
	for name, sum := range map[string]func() hash.Hash{"MD5-sess": md5.New, "sha-256-SESS": sha256.New} {
		h := func(parts ...string) string {
			s := sum()
			io.WriteString(s, strings.Join(parts, ":"))
			return fmt.Sprintf("%x", s.Sum(nil))
		}
		c := newCredential("Authorization", challengeOf(`Digest realm="r", nonce="n1", qop="auth", algorithm=`+name))
		a1 := h(h("alice", "r", "secret"), "n1", c.cnonce)
		for i, nonce := range []string{"n1", "n1", "n2"} {
			c.renew(nonce)
			got, err := digest.ParseCredentials(c.answer("INVITE", "sip:x", "alice", "secret"))
			count := []string{"00000001", "00000002", "00000001"}[i]
			want := h(a1, nonce, count, c.cnonce, "auth", h("INVITE", "sip:x"))
			if err != nil || got.Response != want || got.Algorithm != name || got.Nonce != nonce {
				t.Errorf("%s: answered %+v %v, want %s", name, got, err, want)
			}
		}
	}
}

// TestDigestChoice: of several challenges one a realm is answered, the
// strongest that can be (RFC 8760 §2.4).
func TestDigestChoice(t *testing.T) {
	const md5, sess, sha, long = `Digest realm="r", nonce="a"`, `Digest realm="r", nonce="b", algorithm=MD5-sess, qop="auth"`,
		`Digest realm="r", nonce="c", algorithm=SHA-256, qop="auth"`, `Digest realm="r", nonce="d", algorithm=SHA-512-256, qop="auth-int, auth"`
	for _, c := range []struct {
		name   string
		offers []string
		want   string
	}{
		{"one", []string{md5}, "a"},
		{"the stronger, wherever it stands", []string{md5, sha}, "c"},
		{"the stronger first", []string{sha, md5}, "c"},
		{"the strongest", []string{md5, long, sha}, "d"},
		{"equally strong: the topmost", []string{sess, md5}, "b"},
		{"one for each realm", []string{md5, `Digest realm="other", nonce="x"`}, "a x"},
		{"an unknown algorithm is passed over", []string{`Digest realm="r", nonce="z", algorithm=SHA3-256`, md5}, "a"},
		{"Basic would tell the password", []string{`Basic realm="r"`}, ""},
		{"integrity alone is not computed", []string{`Digest realm="r", nonce="z", qop="auth-int"`}, ""},
		{"a session without qop has no client nonce", []string{`Digest realm="r", nonce="z", algorithm=MD5-sess`}, ""},
		{"no nonce", []string{`Digest realm="r"`}, ""},
		{"rubbish", []string{`Digest realm="r`, `Digest ,,`, ``}, ""},
	} {
		var headers []sip.Header
		for _, o := range c.offers {
			headers = append(headers, sip.NewHeader("WWW-Authenticate", o))
		}
		var got []string
		for _, ch := range strongest(headers) {
			got = append(got, ch.Nonce)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: answers %q, want %q", c.name, got, c.want)
		}
	}
}

// TestDigestRealmsAreBounded: a liar who invents realms makes no request grow
// without end.
func TestDigestRealmsAreBounded(t *testing.T) {
	a := authenticator{username: "alice", password: "secret"}
	for i := range 3 * maxRealms {
		a.keep(newCredential("Authorization", challengeOf(fmt.Sprintf(`Digest realm="%d", nonce="n"`, i))))
	}
	req := sip.NewRequest(sip.BYE, sip.Uri{Scheme: "sip", Host: "h"})
	a.sign(req)
	if n := len(req.GetHeaders("Authorization")); n != maxRealms {
		t.Errorf("%d credentials", n)
	}
}

// TestNextNonce reads Authentication-Info (RFC 7616 §3.5).
func TestNextNonce(t *testing.T) {
	for value, want := range map[string]string{
		`nextnonce="n2"`: "n2",
		`qop=auth, rspauth="a,b=c", cnonce="\"x", nc=00000001, NextNonce = "n\"3"`: `n"3`,
		`nextnonce=n4, qop=auth`: "n4",
		`qop=auth`:               "",
		`nextnonce="open`:        "",
		`nextnonce`:              "",
		``:                       "",
	} {
		if got := nextNonce(value); got != want {
			t.Errorf("%q has %q, want %q", value, got, want)
		}
	}
}

// FuzzChallenge: whatever a carrier asks, what we answer is one header line, or
// nothing.
func FuzzChallenge(f *testing.F) {
	f.Add(`Digest realm="r", nonce="n", algorithm=SHA-256-sess, qop="auth, auth-int", stale=TRUE`, `nextnonce="n2"`)
	f.Add(`Digest realm="a\"b", nonce="", opaque="\\"`, ``)
	f.Add(`Basic realm="r"`, `=,="`)
	f.Fuzz(func(t *testing.T, challenge, info string) {
		res := sip.NewResponse(401, "Unauthorized")
		res.AppendHeader(sip.NewHeader("WWW-Authenticate", challenge))
		res.AppendHeader(sip.NewHeader("Authentication-Info", info))
		a := authenticator{username: "alice", password: "secret"}
		req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "b", Host: "h"})
		for range 2 {
			if !a.learn(req, res) {
				return
			}
			req = sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "b", Host: "h"})
			a.sign(req)
			if len(req.GetHeaders("Authorization")) != 1 {
				t.Fatalf("%q is learned and not answered", challenge)
			}
			a.passed(req, res)
		}
		if v := req.GetHeader("Authorization").Value(); checkText("credentials", v) != nil {
			t.Fatalf("%q is answered by %q", challenge, v)
		}
	})
}
