package lean

import (
	"bytes"
	"crypto/rand"
	mathrand "math/rand/v2"
	"testing"

	"github.com/pion/srtp/v3"

	"webtrunk/media"
)

// newKeys are what a handshake leaves both sides with.
func newKeys(t testing.TB) (ours, theirs srtp.SessionKeys) {
	t.Helper()
	for _, b := range []*[]byte{&ours.LocalMasterKey, &ours.LocalMasterSalt, &ours.RemoteMasterKey, &ours.RemoteMasterSalt} {
		*b = make([]byte, 16)
		_, err := rand.Read(*b)
		check(t, err)
	}
	ours.LocalMasterSalt, ours.RemoteMasterSalt = ours.LocalMasterSalt[:gcmSalt], ours.RemoteMasterSalt[:gcmSalt]
	return ours, srtp.SessionKeys{
		LocalMasterKey: ours.RemoteMasterKey, LocalMasterSalt: ours.RemoteMasterSalt,
		RemoteMasterKey: ours.LocalMasterKey, RemoteMasterSalt: ours.LocalMasterSalt,
	}
}

const byGCM = srtp.ProtectionProfileAeadAes128Gcm

// guarded is our side of keys beside pion's two contexts of them.
func guarded(t testing.TB) (out *sealer, in *opener, pionOut, pionIn *srtp.Context) {
	t.Helper()
	ours, theirs := newKeys(t)
	out, in, err := protect(byGCM, ours)
	check(t, err)
	pionOut, err = srtp.CreateContext(theirs.LocalMasterKey, theirs.LocalMasterSalt, byGCM)
	check(t, err)
	pionIn, err = srtp.CreateContext(theirs.RemoteMasterKey, theirs.RemoteMasterSalt, byGCM, srtp.SRTPReplayProtection(window))
	check(t, err)
	return out, in, pionOut, pionIn
}

// plain is a packet in the clear.
func plain(n uint16, ssrc uint32, payload []byte) []byte {
	f := media.Frame{PayloadType: 111, Sequence: n, Timestamp: uint32(n) * 960, Marker: n%7 == 0}
	b := make([]byte, 12, 12+len(payload))
	f.WriteHeader(b, ssrc)
	return append(b, payload...)
}

// A course is numbers as a stream may bring them: some lost, some late, some twice, some
// after a long silence, through many turns of their 16 bits.
func course(r *mathrand.Rand, packets int) (numbers []uint16) {
	n := uint16(r.Uint32())
	for len(numbers) < packets {
		switch r.IntN(40) {
		case 0:
			n += uint16(r.IntN(300)) // lost
		case 1:
			n += uint16(r.IntN(1 << 15)) // and many of them
		case 2:
			numbers = append(numbers, n-uint16(r.IntN(200))) // late, or again
			continue
		}
		n++
		numbers = append(numbers, n)
	}
	return numbers
}

// What we seal a browser can open, whatever numbers a relayed stream has.
func TestPionOpensWhatWeSeal(t *testing.T) {
	t.Parallel()
	out, _, _, pionIn := guarded(t)
	r := mathrand.New(mathrand.NewPCG(1, 2))
	var spent media.Spent
	for i, n := range course(r, 30_000) {
		if !spent.Take(n) {
			continue
		}
		clear := plain(n, 7, make([]byte, r.IntN(300)))
		room := make([]byte, len(clear), len(clear)+longest)
		copy(room, clear)
		sealed, err := out.seal(room)
		check(t, err)
		got, err := pionIn.DecryptRTP(nil, sealed, nil)
		if err != nil || !bytes.Equal(got, clear) {
			t.Fatalf("packet %d, number %d: %v", i, n, err)
		}
	}
}

// What pion's context takes we take, and refuse what it refuses: of three sources in
// turn, with headers of every length, of which some come again and some too late.
func TestWeOpenWhatPionDoes(t *testing.T) {
	t.Parallel()
	ours, theirs := newKeys(t)
	_, in, err := protect(byGCM, ours)
	check(t, err)
	pionOut, err := srtp.CreateContext(theirs.LocalMasterKey, theirs.LocalMasterSalt, byGCM)
	check(t, err)
	beside, err := srtp.CreateContext(ours.RemoteMasterKey, ours.RemoteMasterSalt, byGCM, srtp.SRTPReplayProtection(window))
	check(t, err)
	r := mathrand.New(mathrand.NewPCG(3, 4))
	courses := [3][]uint16{course(r, 10_000), course(r, 10_000), course(r, 10_000)}
	taken := 0
	for i := range 30_000 {
		source := r.IntN(20) % 3
		if i >= 3000 {
			source = i / 1000 % 3
		}
		numbers := &courses[source]
		if len(*numbers) == 0 {
			continue
		}
		clear := plain((*numbers)[0], uint32(source), make([]byte, r.IntN(300)))
		*numbers = (*numbers)[1:]
		sealed, err := pionOut.EncryptRTP(nil, withHeader(r, clear), nil)
		check(t, err)
		want, refused := beside.DecryptRTP(nil, sealed, nil)
		got, err := in.open(bytes.Clone(sealed))
		if (err == nil) != (refused == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("packet %d of source %d: %v, and pion says %v", i, source, err, refused)
		}
		if err == nil {
			taken++
		}
	}
	if taken < 20_000 {
		t.Errorf("only %d packets were taken", taken)
	}
}

// withHeader gives some packets what a header may have beside what it must.
func withHeader(r *mathrand.Rand, b []byte) []byte {
	var more []byte
	if r.IntN(4) == 0 {
		more = make([]byte, 4*r.IntN(4))
		b[0] |= byte(len(more) / 4)
	}
	if r.IntN(4) == 0 {
		words := r.IntN(3)
		b[0] |= 0x10
		more = append(more, 0xbe, 0xde, 0, byte(words))
		more = append(more, make([]byte, 4*words)...)
	}
	return append(append(bytes.Clone(b[:12]), more...), b[12:]...)
}

// A packet in which any bit was changed is refused, and what follows it is not: nothing
// is learned from what is not proved, neither a number nor a source.
func TestAForgedPacketLeavesNoTrace(t *testing.T) {
	t.Parallel()
	_, in, pionOut, _ := guarded(t)
	for n := range uint16(100) {
		sealed, err := pionOut.EncryptRTP(nil, plain(n, 7, []byte("sound")), nil)
		check(t, err)
		for bit := range 8 * len(sealed) {
			forged := bytes.Clone(sealed)
			forged[bit/8] ^= 1 << (bit % 8)
			if _, err := in.open(forged); err == nil {
				t.Fatalf("bit %d of packet %d was changed unnoticed", bit, n)
			}
		}
		for length := 12; length < len(sealed); length++ {
			if _, err := in.open(bytes.Clone(sealed[:length])); err == nil {
				t.Fatalf("packet %d was cut to %d octets unnoticed", n, length)
			}
		}
		if _, err := in.open(bytes.Clone(sealed)); err != nil {
			t.Fatalf("packet %d itself is refused: %v", n, err)
		}
		if _, err := in.open(sealed); err == nil {
			t.Fatalf("packet %d is heard twice", n)
		}
	}
	if len(in.others) != 0 {
		t.Errorf("%d sources are kept of a page that has one", 1+len(in.others))
	}
}

// Opening and sealing cost no allocation, not even of what is forged.
func TestProtectionAllocatesNothing(t *testing.T) {
	out, in, pionOut, _ := guarded(t)
	sealed := make([][]byte, 1001)
	for i := range sealed {
		var err error
		sealed[i], err = pionOut.EncryptRTP(nil, plain(uint16(i), uint32(i%2), make([]byte, 160)), nil)
		check(t, err)
	}
	b, junk := append(plain(0, 7, make([]byte, 160)), make([]byte, longest)...), plain(1, 9, make([]byte, 160))
	_, _ = in.open(sealed[0])
	_, _ = in.open(sealed[1])
	i := 2
	if n := testing.AllocsPerRun(len(sealed)-4, func() {
		if _, err := in.open(sealed[i]); err != nil {
			t.Error(err)
		}
		_, _ = in.open(junk)
		b[2], b[3] = byte(i>>8), byte(i)
		_, _ = out.seal(b[:172])
		i++
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}
