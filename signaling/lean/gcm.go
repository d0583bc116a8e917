package lean

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
)

// SRTP by AES-GCM (RFC 7714), of the sound alone: reports are rare, and pion's. What a
// packet needs is here one line of memory beside the key, and in pion's contexts, which
// serve every profile, thirteen; a gateway with many calls finds none of them at hand.

const (
	gcmTag  = 16
	gcmSalt = 12
)

var (
	errForged   = errors.New("lean: a packet is not protected by the page's keys")
	errReplayed = errors.New("lean: a packet was heard before")
)

// A gcmKey is one direction's session key and salt. One goroutine at a time uses it.
type gcmKey struct {
	aead  cipher.AEAD
	salt  [gcmSalt]byte
	nonce [gcmSalt]byte // of the packet at hand, here so that it costs no allocation
}

// newGCMKey derives the session key from the master key and salt of a handshake (RFC
// 3711 §4.3, with the labels of §4.3.2).
func newGCMKey(master, salt []byte) (k gcmKey, err error) {
	const labelKey, labelSalt = 0, 2
	if len(salt) != gcmSalt {
		return k, errors.New("lean: a salt of the wrong length for AES-GCM")
	}
	derive, err := aes.NewCipher(master)
	if err != nil {
		return k, err
	}
	session := make([]byte, len(master))
	derived(derive, salt, labelKey, session)
	derived(derive, salt, labelSalt, k.salt[:])
	block, err := aes.NewCipher(session)
	if err != nil {
		return k, err
	}
	k.aead, err = cipher.NewGCM(block)
	return k, err
}

// derived fills key with what AES in counter mode makes of a label: the label lies over
// the eighth byte of the salt, which is followed by the counter (RFC 3711 §4.3.3; a
// salt of 96 bits is filled up behind, RFC 7714 §11).
func derived(by cipher.Block, salt []byte, label byte, key []byte) {
	var counter [aes.BlockSize]byte
	copy(counter[:], salt)
	counter[7] ^= label
	clear(key)
	cipher.NewCTR(by, counter[:]).XORKeyStream(key, key)
}

// number makes a packet's nonce (RFC 7714 §8.1): two zeros, the source, and how often
// numbers rolled over before the number, over the salt.
func (k *gcmKey) number(ssrc uint32, index uint64) []byte {
	var n [gcmSalt]byte
	binary.BigEndian.PutUint32(n[2:], ssrc)
	binary.BigEndian.PutUint32(n[6:], uint32(index>>16))
	binary.BigEndian.PutUint16(n[10:], uint16(index))
	for i := range n {
		k.nonce[i] = n[i] ^ k.salt[i]
	}
	return k.nonce[:]
}

// A sealer protects what we send, of one source. One goroutine at a time uses it.
type sealer struct {
	key   gcmKey
	sent  counter
	other *pionCipher // instead, where AES-GCM was not agreed
}

// seal protects a packet of ours, which has room for the tag behind it. Whoever calls it
// sees to it that no number comes twice (media.Spent).
func (s *sealer) seal(b []byte) ([]byte, error) {
	const header = 12
	if s.other != nil {
		return s.other.seal(b)
	}
	index := s.sent.index(binary.BigEndian.Uint16(b[2:]))
	s.sent.advance(index)
	return s.key.aead.Seal(b[:header], s.key.number(binary.BigEndian.Uint32(b[8:]), index), b[header:], b[:header]), nil
}

// An opener proves and decrypts what a page sends, from whichever source. One goroutine
// at a time uses it.
type opener struct {
	key    gcmKey
	recent heardFrom   // what came last, and nearly always
	other  *pionCipher // instead, where AES-GCM was not agreed
	others []heardFrom // as many as the page may have: what is one too many ends the session
	fresh  heardFrom   // who is not proved yet
}

// A heardFrom is what was heard from one source.
type heardFrom struct {
	ssrc uint32
	got  counter
	seen [2]uint64 // bit i: the highest index less i has come (RFC 3711 §3.3.2)
}

// open decrypts a packet in its place. Nothing is learned from one that is not proved.
func (o *opener) open(b []byte) ([]byte, error) {
	if o.other != nil {
		return o.other.open(b)
	}
	header, ok := headerOf(b)
	if !ok || len(b) < header+gcmTag {
		return nil, errForged
	}
	ssrc := binary.BigEndian.Uint32(b[8:])
	from := o.source(ssrc)
	index := from.got.index(binary.BigEndian.Uint16(b[2:]))
	if from.replayed(index) {
		return nil, errReplayed
	}
	if _, err := o.key.aead.Open(b[:header], o.key.number(ssrc, index), b[header:], b[:header]); err != nil {
		return nil, errForged
	}
	from.hear(index)
	o.prefer(from)
	return b[:len(b)-gcmTag], nil
}

// source returns what was heard from a source; nothing yet, perhaps.
func (o *opener) source(ssrc uint32) *heardFrom {
	if o.recent.ssrc == ssrc && o.recent.got.begun {
		return &o.recent
	}
	if known := o.another(ssrc); known != nil {
		return known
	}
	o.fresh = heardFrom{ssrc: ssrc}
	return &o.fresh
}

func (o *opener) another(ssrc uint32) *heardFrom {
	for i := range o.others {
		if o.others[i].ssrc == ssrc {
			return &o.others[i]
		}
	}
	return nil
}

// prefer makes a source that was proved the recent one.
func (o *opener) prefer(from *heardFrom) {
	if from == &o.recent {
		return
	}
	before := o.recent
	o.recent = *from
	switch known := o.another(from.ssrc); {
	case known != nil && before.got.begun:
		*known = before
	case before.got.begun:
		o.others = append(o.others, before)
	}
}

// window is how many packets back one that came before is known again (RFC 3711
// §3.3.2 asks for 64 at least); further back they are late beyond use.
const window = 128

func (h *heardFrom) replayed(index uint64) bool {
	if !h.got.begun || index > h.got.highest {
		return false
	}
	back := h.got.highest - index
	return back >= window || h.seen[back/64]&(1<<(back%64)) != 0
}

func (h *heardFrom) hear(index uint64) {
	if !h.got.begun || index > h.got.highest {
		h.shift(index - h.got.highest)
		h.got.advance(index)
	}
	back := h.got.highest - index
	h.seen[back/64] |= 1 << (back % 64)
}

func (h *heardFrom) shift(n uint64) {
	switch {
	case !h.got.begun || n >= window:
		h.seen = [2]uint64{}
	case n >= 64:
		h.seen = [2]uint64{0, h.seen[0] << (n - 64)}
	default:
		h.seen[1] = h.seen[1]<<n | h.seen[0]>>(64-n)
		h.seen[0] <<= n
	}
}

// A counter counts a source's packets beyond the 16 bits of their numbers.
type counter struct {
	begun   bool
	highest uint64 // index so far: how often numbers rolled over, and the number
}

// index guesses a packet's index: the one nearest to the highest (RFC 3711 §3.3.1 and
// appendix A).
func (c *counter) index(n uint16) uint64 {
	const half = 1 << 15
	rolled, highest, number := c.highest>>16, int(c.highest&0xffff), int(n)
	switch {
	case highest < half && number-highest > half && rolled > 0:
		rolled--
	case highest >= half && highest-half > number:
		rolled++
	}
	return rolled<<16 | uint64(n)
}

func (c *counter) advance(index uint64) {
	if !c.begun || index > c.highest {
		c.begun, c.highest = true, index
	}
}

// headerOf returns how long a packet's header is (RFC 3550 §5.1, §5.3.1).
func headerOf(b []byte) (length int, ok bool) {
	length = 12 + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 {
		if len(b) < length+4 {
			return 0, false
		}
		length += 4 + 4*int(binary.BigEndian.Uint16(b[length+2:]))
	}
	return length, length <= len(b)
}
