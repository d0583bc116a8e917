package choir

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v4"
)

var profiles = map[string]srtp.ProtectionProfile{
	"AES-CM": srtp.ProtectionProfileAes128CmHmacSha1_80, "AES-GCM": srtp.ProtectionProfileAeadAes128Gcm,
}

// pair are two ends with the same keys.
func pair(t testing.TB, p srtp.ProtectionProfile) (near, far *keys) {
	t.Helper()
	length, err := p.SaltLen()
	if err != nil {
		t.Fatal(err)
	}
	make := func() *srtp.Context {
		c, err := srtp.CreateContext(bytes.Repeat([]byte{7}, 16), bytes.Repeat([]byte{9}, length), p)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	return &keys{out: make(), in: make()}, &keys{out: make(), in: make()}
}

// packet60 is RTP with a frame of Opus' length.
func packet60(n int) []byte {
	p := make([]byte, 72)
	p[0] = 2 << 6
	binary.BigEndian.PutUint16(p[2:], uint16(n))
	return p
}

// What is sealed is opened again, with either profile; what was touched is not.
func TestKeys(t *testing.T) {
	for name, profile := range profiles {
		near, far := pair(t, profile)
		p := packet60(1)
		sealed := near.seal(bytes.Clone(p))
		if bytes.Contains(sealed, p[12:]) || !bytes.Equal(far.open(sealed), p) {
			t.Errorf("%s: a packet is sealed as %x", name, sealed)
		}
		sealed = bytes.Clone(near.seal(packet60(2)))
		sealed[20] ^= 1
		if got := far.open(sealed); got != nil {
			t.Errorf("%s: a packet that was touched is opened as %x", name, got)
		}
	}
}

// Both halves of SRTP, for a frame of Opus. The gateway's cost the same: the
// contexts are of one library.
func BenchmarkSRTP(b *testing.B) {
	for name, profile := range profiles {
		b.Run("seal/"+name, func(b *testing.B) {
			near, _ := pair(b, profile)
			p, n := packet60(0), 0
			b.ReportAllocs()
			for b.Loop() {
				n++
				binary.BigEndian.PutUint16(p[2:], uint16(n))
				near.seal(p)
			}
		})
		b.Run("open/"+name, func(b *testing.B) {
			near, far := pair(b, profile)
			sealed := bytes.Clone(near.seal(packet60(1)))
			b.ReportAllocs()
			for b.Loop() {
				if far.open(sealed) == nil {
					b.Fatal("a packet is not opened")
				}
			}
		})
	}
}

// A check with consent, as a browser sends it every few seconds: read, proved
// and answered.
func BenchmarkCheck(b *testing.B) {
	password := stun.NewShortTermIntegrity("a password of ice's length")
	request, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername("ours:theirs"), password, stun.Fingerprint)
	if err != nil {
		b.Fatal(err)
	}
	to := &stun.XORMappedAddress{IP: []byte{127, 0, 0, 1}, Port: 4000}
	m, answer := stun.New(), stun.New()
	b.ReportAllocs()
	for b.Loop() {
		m.Raw = append(m.Raw[:0], request.Raw...)
		if m.Decode() != nil || password.Check(m) != nil {
			b.Fatal("a check is refused")
		}
		if err := answer.Build(m, stun.BindingSuccess, to, password, stun.Fingerprint); err != nil {
			b.Fatal(err)
		}
	}
}
