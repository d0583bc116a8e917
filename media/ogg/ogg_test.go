package ogg_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"webtrunk/media/ogg"
)

// silk20 is the first byte of a packet of one 20 ms SILK frame.
const silk20 = 1 << 3

var mono = ogg.Head{Channels: 1, PreSkip: 312, Rate: 8000}

// packets are made up: right first bytes, random rest, some longer than 255
// bytes, and of lengths around its multiples.
func packets(n int) [][]byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	list := make([][]byte, n)
	for i := range list {
		size := 1 + r.IntN(90)
		switch i % 50 {
		case 7:
			size = 254 + r.IntN(3)
		case 11:
			size = 509 + r.IntN(3)
		}
		list[i] = make([]byte, size)
		list[i][0] = silk20
		for j := 1; j < size; j++ {
			list[i][j] = byte(r.Uint32())
		}
	}
	return list
}

func file(t testing.TB, list [][]byte, end uint64) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := ogg.NewWriter(&out, 7, mono, "TITLE=a test")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(end); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// read returns all packets and the last position that was told.
func read(t testing.TB, b []byte) (list [][]byte, end uint64) {
	t.Helper()
	r, err := ogg.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, at, err := r.Next()
		if err == io.EOF {
			return list, end
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, bytes.Clone(p))
		end = max(end, at)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, n := range []int{0, 1, 49, 50, 51, 1000} {
		want := packets(n)
		got, end := read(t, file(t, want, 0))
		if !slices.EqualFunc(got, want, bytes.Equal) {
			t.Fatalf("%d packets written, %d read, or others", n, len(got))
		}
		if end != uint64(n*960) {
			t.Errorf("%d packets end at %d", n, end)
		}
	}
}

func TestTheHeadersSayWhatTheyWereGiven(t *testing.T) {
	for _, h := range []ogg.Head{mono, {Channels: 2, PreSkip: 3840, Rate: 16000, Gain: -1536}} {
		var out bytes.Buffer
		if _, err := ogg.NewWriter(&out, 1, h); err != nil {
			t.Fatal(err)
		}
		r, err := ogg.NewReader(&out)
		if err != nil || r.Head() != h {
			t.Errorf("%+v became %+v, %v", h, r.Head(), err)
		}
	}
	if a := (ogg.Head{Gain: -1536}).Amplify(); a < 0.5 || a > 0.502 {
		t.Errorf("-6 dB amplify by %v", a)
	}
}

func TestTheSoundMayEndWithinItsLastPacket(t *testing.T) {
	if _, end := read(t, file(t, packets(10), 9*960+100)); end != 9*960+100 {
		t.Errorf("the end is at %d", end)
	}
}

func TestWriterRefuses(t *testing.T) {
	for _, h := range []ogg.Head{{}, {Channels: 3}, {Channels: 1, PreSkip: 70000}} {
		if _, err := ogg.NewWriter(io.Discard, 1, h); err == nil {
			t.Errorf("%+v is written", h)
		}
	}
	if _, err := ogg.NewWriter(io.Discard, 1, mono, strings.Repeat("x", 1<<17)); err == nil {
		t.Error("a comment longer than a page is written")
	}
	w, _ := ogg.NewWriter(io.Discard, 1, mono)
	for _, p := range [][]byte{nil, {3}, {3, 0}, {31<<3 | 3, 63}, append([]byte{silk20}, make([]byte, 20000)...)} {
		if err := w.Write(p); err == nil {
			t.Errorf("a packet of %d bytes is written", len(p))
		}
	}
	if w.Close(0) != nil || w.Write([]byte{silk20}) == nil {
		t.Error("a closed stream is written")
	}
}

func TestOnceBegunNothingIsAllocated(t *testing.T) {
	list := packets(50)
	w, _ := ogg.NewWriter(io.Discard, 1, mono)
	i := 0
	if n := testing.AllocsPerRun(1000, func() { _ = w.Write(list[i%50]); i++ }); n != 0 {
		t.Errorf("%v allocations a packet written", n)
	}
	r, err := ogg.NewReader(bytes.NewReader(file(t, packets(3000), 0)))
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(1000, func() { _, _, _ = r.Next() }); n != 0 {
		t.Errorf("%v allocations a packet read", n)
	}
}

func ExampleWriter() {
	var out bytes.Buffer
	w, err := ogg.NewWriter(&out, 1, ogg.Head{Channels: 1, PreSkip: 312, Rate: 8000})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 100 {
		if err := w.Write([]byte{silk20, 0, 0}); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(w.Close(0), out.Len() > 300)
	// Output: <nil> true
}
