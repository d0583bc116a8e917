package ogg_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"webtrunk/media/ogg"
)

// full is a disk with so much room.
type full struct {
	room int
	kept []byte
}

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	n := min(len(b), f.room)
	f.room -= n
	f.kept = append(f.kept, b[:n]...)
	if n < len(b) {
		return n, errFull
	}
	return n, nil
}

func TestWhatAFullDiskHasTakenIsReadable(t *testing.T) {
	list := packets(1000)
	disk := &full{room: 20000}
	w, err := ogg.NewWriter(disk, 1, mono)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if err = w.Write(p); err != nil {
			break
		}
	}
	if !errors.Is(err, errFull) || !errors.Is(w.Close(0), errFull) {
		t.Fatalf("the disk is full and the writer says %v", err)
	}
	got, _ := read(t, disk.kept)
	if len(got) < 100 || !slices.EqualFunc(got, list[:len(got)], bytes.Equal) {
		t.Errorf("%d packets of 20 kB can be read", len(got))
	}
}

func TestAFileThatIsCutEndsWithItsLastWholePacket(t *testing.T) {
	list := packets(200)
	b := file(t, list, 0)
	before := -1
	for cut := len(b); cut > 200; cut -= 97 {
		got, _ := read(t, b[:cut])
		if !slices.EqualFunc(got, list[:len(got)], bytes.Equal) {
			t.Fatalf("cut at %d: other packets", cut)
		}
		if before >= 0 && len(got) > before {
			t.Fatalf("cut at %d: more packets than of a longer file", cut)
		}
		before = len(got)
	}
}

// A page with a flipped bit is passed over, and what follows is read.
func TestADamagedPageCostsItself(t *testing.T) {
	list := packets(1000)
	b := bytes.Clone(file(t, list, 0))
	b[len(b)/2] ^= 4
	got, _ := read(t, b)
	if len(got) < 900 || len(got) >= 1000 {
		t.Errorf("%d of 1000 packets are left", len(got))
	}
	if !bytes.Equal(got[len(got)-1], list[999]) || !bytes.Equal(got[0], list[0]) {
		t.Error("what is before the damage or after it is not read")
	}
}

// pagesOf cuts a file into its pages.
func pagesOf(b []byte) (list [][]byte) {
	for len(b) > 0 {
		next := bytes.Index(b[4:], []byte("OggS"))
		if next < 0 {
			return append(list, b)
		}
		list, b = append(list, b[:next+4]), b[next+4:]
	}
	return list
}

func TestAStreamBesideOthersIsFound(t *testing.T) {
	list := packets(120)
	ours := pagesOf(file(t, list, 0))
	var out bytes.Buffer
	w, _ := ogg.NewWriter(&out, 99, mono)
	for _, p := range packets(130) {
		_ = w.Write(p)
	}
	_ = w.Close(0)
	others := pagesOf(out.Bytes())
	mixed := slices.Concat(ours[0], others[0])
	for i := 1; i < max(len(ours), len(others)); i++ {
		for _, pages := range [][][]byte{others, ours} {
			if i < len(pages) {
				mixed = append(mixed, pages[i]...)
			}
		}
	}
	if got, _ := read(t, mixed); !slices.EqualFunc(got, list, bytes.Equal) {
		t.Errorf("%d packets instead of 120, or others", len(got))
	}
}

func TestAPacketOverTwoPagesIsWholeAndWithoutItsBeginningLost(t *testing.T) {
	head := pagesOf(file(t, nil, 0))[:2]
	long := append([]byte{silk20}, make([]byte, 300)...)
	one := page(7, 2, 0, ^uint64(0), []byte{255}, long[:255])
	two := page(7, 3, 1, 1920, []byte{46, 1}, append(bytes.Clone(long[255:]), silk20))
	whole := slices.Concat(head[0], head[1], one, two)
	if got, end := read(t, whole); len(got) != 2 || !bytes.Equal(got[0], long) || end != 1920 {
		t.Errorf("%d packets, the end at %d", len(got), end)
	}
	if got, _ := read(t, slices.Concat(head[0], head[1], two)); len(got) != 1 || len(got[0]) != 1 {
		t.Errorf("without its first page: %v", got)
	}
	fresh := page(7, 3, 0, 960, []byte{1}, []byte{silk20})
	if got, _ := read(t, slices.Concat(head[0], head[1], one, fresh)); len(got) != 1 || len(got[0]) != 1 {
		t.Errorf("without its end: %v", got)
	}
}

// page makes one by hand.
func page(serial, sequence uint32, kind byte, granule uint64, table, body []byte) []byte {
	b := append([]byte("OggS"), 0, kind)
	b = binary.LittleEndian.AppendUint64(b, granule)
	b = binary.LittleEndian.AppendUint32(b, serial)
	b = binary.LittleEndian.AppendUint32(b, sequence)
	b = append(b, 0, 0, 0, 0, byte(len(table)))
	b = append(append(b, table...), body...)
	binary.LittleEndian.PutUint32(b[22:], slowSum(b))
	return b
}

// slowSum is the checksum bit for bit, as RFC 3533 tells it.
func slowSum(b []byte) (crc uint32) {
	for _, x := range b {
		crc ^= uint32(x) << 24
		for range 8 {
			top := crc >> 31
			crc <<= 1
			if top == 1 {
				crc ^= 0x04c11db7
			}
		}
	}
	return crc
}

func TestFilesThatAreNoneAreToldApart(t *testing.T) {
	good := pagesOf(file(t, packets(10), 0))
	head := func(change func(b []byte)) []byte {
		b := bytes.Clone(good[0][28:])
		change(b)
		return append(page(7, 0, 2, 0, []byte{19}, b), slices.Concat(good[1:]...)...)
	}
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":        {nil, ogg.ErrNotOgg},
		"a text":         {[]byte(strings.Repeat("hello ", 100000)), ogg.ErrNotOgg},
		"the middle":     {slices.Concat(good[2:]...), ogg.ErrNotOgg},
		"Vorbis":         {head(func(b []byte) { copy(b, "\x01vorbis") }), ogg.ErrNotOpus},
		"six channels":   {head(func(b []byte) { b[9], b[18] = 6, 1 }), ogg.ErrChannels},
		"no channel":     {head(func(b []byte) { b[9] = 0 }), ogg.ErrChannels},
		"a later major":  {head(func(b []byte) { b[8] = 16 }), ogg.ErrVersion},
		"a head alone":   {good[0], ogg.ErrCut},
		"no tags":        {slices.Concat(good[0], page(7, 1, 0, 0, []byte{3}, []byte("abc"))), ogg.ErrTags},
		"a minor of one": {head(func(b []byte) { b[8] = 15 }), nil},
	} {
		if _, err := ogg.NewReader(bytes.NewReader(c.file)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Whatever a stranger's file holds: no panic, and no more packets than it has
// bytes for.
func FuzzReader(f *testing.F) {
	good := file(f, packets(3), 0) // short: what is found is then made shorter byte by byte
	f.Add(good)
	f.Add(good[:len(good)/2])
	head := pagesOf(good)
	f.Add(slices.Concat(head[0], head[1], page(7, 2, 1, 5, []byte{255, 255, 0}, make([]byte, 510))))
	f.Add([]byte("OggS"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ogg.NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		for n := 0; ; n++ {
			p, _, err := r.Next()
			if err == io.EOF {
				return
			}
			if n > len(b) || len(p) > len(b) {
				t.Fatalf("%d packets of %d bytes", n, len(b))
			}
			ogg.Duration(p)
		}
	})
}
