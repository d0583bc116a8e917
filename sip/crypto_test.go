package sip

import (
	"strings"
	"testing"

	"webtrunk/media"
	"webtrunk/trunk"
)

// TestCryptoLinesAreRead: what peers write, and what is passed over (RFC 4568
// §4, §6).
func TestCryptoLinesAreRead(t *testing.T) {
	t.Parallel()
	short, long := keyOf("a", 30), keyOf("a", 44)
	for _, c := range []struct {
		name, line string
		ok         bool
	}{
		{"plain", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short, true},
		{"short tag of sound", "2 AES_CM_128_HMAC_SHA1_32 inline:" + short, true},
		{"GCM", "3 AEAD_AES_256_GCM inline:" + long, true},
		{"lifetime as a power", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + "|2^31", true},
		{"lifetime in decimal", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + "|1066", true},
		{"window hint", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + " WSH=64", true},
		{"what may be ignored", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + " -anything", true},
		{"the highest tag", "999999999 AES_CM_128_HMAC_SHA1_80 inline:" + short, true},
		{"capitals", "1 AES_CM_128_HMAC_SHA1_80 INLINE:" + short, true},

		{"MKI", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + "|2^20|1:4", false},
		{"MKI alone", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + "|1:4", false},
		{"two keys", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + "|2^20|1:4;inline:" + short + "|2^20|2:4", false},
		{"no encryption", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + " UNENCRYPTED_SRTP", false},
		{"no proof", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + " UNAUTHENTICATED_SRTP", false},
		{"key derivation", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + " KDR=3", false},
		{"redundancy first", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + " FEC_ORDER=FEC_SRTP", false},
		{"unknown suite", "1 AES_256_CM_HMAC_SHA1_80 inline:" + keyOf("a", 46), false},
		{"unknown method", "1 AES_CM_128_HMAC_SHA1_80 outline:" + short, false},
		{"a key too short", "1 AES_CM_128_HMAC_SHA1_80 inline:" + keyOf("a", 29), false},
		{"a key too long", "1 AES_CM_128_HMAC_SHA1_80 inline:" + long, false},
		{"no base64", "1 AES_CM_128_HMAC_SHA1_80 inline:!" + short[1:], false},
		{"a lifetime of no packets", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + "|0", false},
		{"a lifetime beyond counting", "1 AES_CM_128_HMAC_SHA1_80 inline:" + short + "|2^49", false},
		{"no tag", "AES_CM_128_HMAC_SHA1_80 inline:" + short, false},
		{"a tag with a zero before it", "01 AES_CM_128_HMAC_SHA1_80 inline:" + short, false},
		{"a tag too long", "1234567890 AES_CM_128_HMAC_SHA1_80 inline:" + short, false},
		{"nothing", "", false},
	} {
		got, ok := parseCrypto(c.line)
		if ok != c.ok {
			t.Errorf("%s: %v, want %v", c.name, ok, c.ok)
		}
		if ok {
			again, ok := parseCrypto(strings.TrimPrefix(got.String(), "a=crypto:"))
			if !ok || again != got {
				t.Errorf("%s: what we write is not what we read", c.name)
			}
		}
	}
}

// sessionOf is a session of a trunk that treats encryption so.
func sessionOf(policy trunk.MediaEncryption) session {
	s := newSession(&trunk.Trunk{SRTP: policy}, testAddr, 5000)
	return s
}

// TestOfTwoStreamsTheOneWithKeysIsTaken: some telephones write the same voice
// twice, encrypted and not, in either order.
func TestOfTwoStreamsTheOneWithKeysIsTaken(t *testing.T) {
	t.Parallel()
	head := "v=0\r\nc=IN IP4 192.0.2.1\r\n"
	secret := "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + keyOf("a", 30) + "\r\n"
	plain := "m=audio 4002 RTP/AVP 0\r\n"
	for policy, port := range map[trunk.MediaEncryption]uint16{trunk.SRTPOff: 4002, "": 4002, trunk.SRTPOffered: 4000, trunk.SRTPRequired: 4000} {
		for _, sdp := range []string{head + secret + plain, head + plain + secret} {
			d, err := parseSDP([]byte(sdp))
			if err != nil {
				t.Fatal(err)
			}
			s := sessionOf(policy)
			answer, err := s.answer(d)
			if err != nil || s.remote.Port() != port || strings.Count(string(answer), "m=audio 0 ") != 1 {
				t.Errorf("%q: to %v, %v:\n%s", policy, s.remote, err, answer)
			}
			if (s.secrecy.send != media.Keys{}) != (port == 4000) {
				t.Errorf("%q: sends under %v", policy, s.secrecy.send)
			}
		}
	}
}

// TestEachCallHasKeysOfItsOwn: no key is used for a second call, attempt or suite.
func TestEachCallHasKeysOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 10 {
		s := sessionOf(trunk.SRTPRequired)
		if first := string(s.offer()); first != string(s.offer()) {
			t.Error("an offer that is repeated, as for a challenge, is another")
		}
		for _, c := range s.secrecy.offered {
			if key := string(c.keys.Master()[:16]); seen[key] {
				t.Error("a key is used again")
			} else {
				seen[key] = true
			}
		}
	}
}

// TestOurKeysSentBackAreNoKeys: with one key for both directions, what one says
// would lay bare what the other does (RFC 3711 §9.1).
func TestOurKeysSentBackAreNoKeys(t *testing.T) {
	t.Parallel()
	s := sessionOf(trunk.SRTPRequired)
	d, err := parseSDP(s.offer())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.accept(d); err == nil || s.secrecy.settled {
		t.Errorf("our own keys are taken for theirs: %v", err)
	}
}

// TestAStreamHasFewKeys: a description full of keys costs no more than a few.
func TestAStreamHasFewKeys(t *testing.T) {
	t.Parallel()
	line := "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + keyOf("a", 30) + "\r\n"
	d, err := parseSDP([]byte("v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/SAVP 0\r\n" + strings.Repeat(line, 50)))
	if err != nil || len(d.streams[0].crypto) != maxCrypto {
		t.Errorf("%d lines are kept: %v", len(d.streams[0].crypto), err)
	}
}
