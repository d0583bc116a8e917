package sip

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"webtrunk/media"
	"webtrunk/trunk"
)

// The protocols of an m= line that we speak (RFC 8866 §5.14, RFC 3711 §12).
const (
	plainRTP  = "RTP/AVP"
	secretRTP = "RTP/SAVP"
)

// maxCrypto bounds the a=crypto lines of a stream that are kept.
const maxCrypto = 16

// A cryptoLine is one a=crypto attribute (RFC 4568 §4): keys under which its
// writer would send.
type cryptoLine struct {
	tag  string
	keys media.Keys
}

// parseCrypto reads
//
//	1 AES_CM_128_HMAC_SHA1_80 inline:BASE64|2^31 WSH=64
//
// It is not ok for what we cannot do, a line that its writer meant for
// somebody else (§5.1.2): another suite, keys told apart by an MKI, or session
// parameters that change what is encrypted. A lifetime is its writer's to keep
// (§6.1).
func parseCrypto(value string) (c cryptoLine, ok bool) {
	f := strings.Fields(value)
	if len(f) < 3 || !isTag(f[0]) || !slices.Contains(media.Suites, media.Suite(f[1])) {
		return c, false
	}
	master, ok := inlineKey(f[2])
	if !ok || slices.ContainsFunc(f[3:], binding) {
		return c, false
	}
	keys, err := media.KeysFrom(media.Suite(f[1]), master)
	return cryptoLine{f[0], keys}, err == nil
}

// isTag reports whether s is a tag: up to nine digits, no leading zero (§9.1).
func isTag(s string) bool {
	n, err := strconv.ParseUint(s, 10, 30)
	return err == nil && n > 0 && len(s) < 10 && s[0] != '0'
}

// inlineKey reads inline:KEY, inline:KEY|LIFETIME (§6.1).
func inlineKey(params string) (master []byte, ok bool) {
	method, info, _ := strings.Cut(params, ":")
	parts := strings.Split(info, "|")
	if !strings.EqualFold(method, "inline") || strings.Contains(info, ";") || len(parts) > 2 || len(parts) == 2 && !isLifetime(parts[1]) {
		return nil, false // more keys, or an MKI
	}
	master, err := base64.StdEncoding.DecodeString(parts[0])
	return master, err == nil
}

// isLifetime reports whether s is a number of packets: 2^31, or decimal.
func isLifetime(s string) bool {
	digits := strings.TrimPrefix(s, "2^")
	n, err := strconv.ParseUint(digits, 10, 64)
	return err == nil && n > 0 && (digits == s || n <= 48)
}

// binding reports whether a session parameter obliges us to what we do not do.
// A window size is a hint, and what begins with - may be ignored (§6.3).
func binding(param string) bool {
	return !strings.HasPrefix(param, "-") && !strings.HasPrefix(strings.ToUpper(param), "WSH=")
}

func (c cryptoLine) String() string {
	return fmt.Sprintf("a=crypto:%s %s inline:%s", c.tag, c.keys.Suite(), base64.StdEncoding.EncodeToString(c.keys.Master()))
}

// secrecy is what a session knows of keys. Nothing of it is ever logged.
type secrecy struct {
	policy  trunk.MediaEncryption
	ours    map[media.Suite]media.Keys // under which we would send
	offered []cryptoLine               // in our last description
	settled bool                       // something has been agreed, be it plain RTP
	proto   string                     // of our m= line, as agreed
	agreement
}

// An agreement is what both sides send under; the zero one is plain RTP.
type agreement struct {
	tag           string
	send, receive media.Keys
}

var (
	errNoKeys   = errors.New("it offers no keys that this trunk needs: RTP/SAVP with a=crypto")
	errPlain    = errors.New("the answer has no keys, which this trunk needs")
	errUnwanted = errors.New("it offers encrypted sound only, which this trunk does not take")
)

// key returns our keys for a suite, the same for as long as they are good.
func (s *secrecy) key(suite media.Suite) media.Keys {
	k, made := s.ours[suite]
	if !made {
		if s.ours == nil {
			s.ours = make(map[media.Suite]media.Keys)
		}
		k = media.NewKeys(suite)
		s.ours[suite] = k
	}
	return k
}

// offer says how an offer describes the voice. A trunk that requires keys
// offers RTP/SAVP; one that would like them offers RTP/AVP with keys beside
// it, which who knows none of this takes as plain (RFC 8643 §3.1). What is
// agreed already is offered as it is.
func (s *secrecy) offer() (proto string, lines []cryptoLine) {
	switch {
	case s.settled && s.tag != "":
		proto, lines = s.proto, []cryptoLine{{s.tag, s.send}}
	case s.settled, s.policy != trunk.SRTPOffered && s.policy != trunk.SRTPRequired:
		proto = plainRTP
	default:
		proto = plainRTP
		if s.policy == trunk.SRTPRequired {
			proto = secretRTP
		}
		for i, suite := range media.Suites {
			lines = append(lines, cryptoLine{strconv.Itoa(i + 1), s.key(suite)})
		}
	}
	s.proto, s.offered = proto, lines
	return proto, lines
}

// renew forgets our keys: the next offer goes to somebody who may not have
// heard us count (RFC 3711 §3.3.1), such as the other telephone of a transfer.
func (s *secrecy) renew() { s.ours, s.settled = nil, false }

// wanted returns the stream of an offer that the voice takes: of several, one
// with keys where the trunk speaks them.
func (s *secrecy) wanted(offer description) (int, error) {
	plain, heard := -1, false
	for i := range offer.streams {
		v := &offer.streams[i]
		switch {
		case !v.audible():
			continue
		case s.policy != "" && s.policy != trunk.SRTPOff && len(v.crypto) > 0:
			return i, nil
		case plain < 0 && v.proto == plainRTP && s.policy != trunk.SRTPRequired:
			plain = i
		}
		heard = true
	}
	switch {
	case plain >= 0:
		return plain, nil
	case !heard:
		return -1, errNoAudio
	case s.policy == trunk.SRTPRequired || s.policy == trunk.SRTPOffered:
		return -1, errNoKeys
	}
	return -1, errUnwanted
}

// answer agrees to the first line of an offer (§5.1.2). Our keys stay as long
// as theirs do; who brings new ones may be somebody new.
func (s *secrecy) answer(voice *stream) []cryptoLine {
	s.proto, s.settled = voice.proto, true
	if s.policy == "" || s.policy == trunk.SRTPOff || len(voice.crypto) == 0 {
		s.agreement, s.offered = agreement{}, nil
		return nil
	}
	theirs := voice.crypto[0]
	if s.tag != "" && s.receive != theirs.keys {
		s.ours = nil
	}
	s.agreement = agreement{theirs.tag, s.key(theirs.keys.Suite()), theirs.keys}
	s.offered = []cryptoLine{{s.tag, s.send}}
	return s.offered
}

// accept reads the answer to our offer: the line with the tag and suite of one
// of ours (§5.1.3), and keys that are not ours sent back.
func (s *secrecy) accept(voice *stream) (agreement, error) {
	for _, theirs := range voice.crypto {
		for _, ours := range s.offered {
			if ours.tag == theirs.tag && ours.keys.Suite() == theirs.keys.Suite() && ours.keys != theirs.keys {
				return agreement{ours.tag, ours.keys, theirs.keys}, nil
			}
		}
	}
	if s.proto == secretRTP || voice.proto != plainRTP || s.policy == trunk.SRTPRequired {
		return agreement{}, errPlain
	}
	return agreement{}, nil
}
