package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"webtrunk/media/ogg"
	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// glibc returns the first n numbers of the C library's rand without a seed: the
// additive feedback generator r[i] = r[i-3] + r[i-31] over a line of 31 numbers
// made from 1 (rand(3), TYPE_3). By it opusdec decides what it loses.
func glibc(n int) (numbers []uint32) {
	r := make([]uint32, 344+n)
	r[0] = 1
	for i := 1; i < 31; i++ {
		r[i] = uint32(16807 * uint64(r[i-1]) % 2147483647)
	}
	copy(r[31:], r[:3])
	for i := 34; i < len(r); i++ {
		r[i] = r[i-31] + r[i-3]
	}
	for _, x := range r[344:] {
		numbers = append(numbers, x>>1)
	}
	return numbers
}

// withoutThose leaves out what opusdec loses.
func withoutThose(packets []Frame, percent int) (come []coming) {
	for i, x := range glibc(len(packets)) {
		if 100*float64(x)/(1<<31-1) >= float64(percent) {
			come = append(come, coming{packets[i], float64(i) * 20})
		}
	}
	return come
}

// libopus decodes a file of the packets with opusdec, which is libopus with its
// own concealment and without redundancy.
func libopus(t *testing.T, file string, percent int) []int16 {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.wav")
	decode := exec.Command("opusdec", "--quiet", "--no-dither", "--rate", strconv.Itoa(transcode.SampleRate), "--packet-loss", strconv.Itoa(percent), file, out)
	if said, err := decode.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	wav, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	pcm, err := soundcheck.ReadWAV(bytes.NewReader(wav))
	if err != nil {
		t.Fatal(err)
	}
	return pcm
}

func inOgg(t *testing.T, packets []Frame) (file string) {
	t.Helper()
	var b bytes.Buffer
	w, err := ogg.NewWriter(&b, 1, ogg.Head{Channels: 1, Rate: 48000})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range packets {
		if err := w.Write(f.Payload); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(uint64(len(packets)) * 960); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "in.opus")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// libopusWithRedundancy decodes a stream with libopus as a call would: what was lost
// comes from the redundancy of its successor where there is one, and otherwise from
// concealment. Python's ctypes calls the library, for no tool of opus-tools does.
func libopusWithRedundancy(t *testing.T, packets []Frame, come []coming, use bool) (pcm []int16) {
	t.Helper()
	slots := make([][]byte, len(packets))
	for _, c := range come {
		slots[c.frame.Sequence-packets[0].Sequence] = c.frame.Payload
	}
	var in, out, said bytes.Buffer
	for _, p := range slots {
		in.Write(binary.LittleEndian.AppendUint16(nil, uint16(len(p))))
		in.Write(p)
	}
	decode := exec.Command("python3", "testdata/libopus.py", strconv.Itoa(transcode.SampleRate), strconv.FormatBool(use))
	decode.Stdin, decode.Stdout, decode.Stderr = &in, &out, &said
	if err := decode.Run(); err != nil {
		t.Fatalf("no libopus by python3: run make tools: %v: %s", err, said.String())
	}
	for b := out.Bytes(); len(b) > 1; b = b[2:] {
		pcm = append(pcm, int16(binary.LittleEndian.Uint16(b)))
	}
	return pcm
}

// libopus itself loses the same packets of the same streams. Each is compared
// with what it makes of the stream without loss.
func TestLossesBesideLibopus(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	t.Parallel()
	if _, err := exec.LookPath("opusdec"); err != nil {
		t.Fatal("opus-tools is not installed: run make tools")
	}
	t.Logf("%-11s %-10s %8s %9s %9s %12s", "sound", "lost", "ours", "plain", "libopus", "+ redundancy")
	for kind, k := range browserSounds {
		packets := browserSays(t, kind)
		file := inOgg(t, packets)
		clean := libopus(t, file, 0)
		var all []coming
		for i, f := range packets {
			all = append(all, coming{f, float64(i) * 20})
		}
		whole := heardThrough(t, all, 0, len(packets)).pcm
		for _, percent := range []int{5, 10, 20} {
			come := withoutThose(packets, percent)
			ours := segmentalSNR(whole, heardThrough(t, come, 0, len(packets)).pcm)
			plain := segmentalSNR(whole, heardPlainly(t, come, len(packets)))
			theirs := segmentalSNR(clean, libopus(t, file, percent))
			lost := fmt.Sprintf("%.1f %%", 100*float64(len(packets)-len(come))/float64(len(packets)))
			best := libopusAtItsBest(t, packets, all, come, theirs)
			t.Logf("%-11s %-10s %5.1f dB %6.1f dB %6.1f dB %9.1f dB", k.name, lost, ours, plain, theirs, best)
			if ours < best-0.5 {
				t.Errorf("%s, %s lost: %.1f dB, libopus with redundancy has %.1f dB", k.name, lost, ours, best)
			}
			if ours < theirs+1 {
				t.Errorf("%s, %s lost: %.1f dB, want more than libopus has by concealment: %.1f dB", k.name, lost, ours, theirs)
			}
			if plain < theirs-0.5 {
				t.Errorf("%s, %s lost: concealment alone has %.1f dB, libopus %.1f dB", k.name, lost, plain, theirs)
			}
		}
	}
}

// libopusAtItsBest is what libopus has with redundancy, against its own sound without
// loss. Without redundancy it must have what opusdec has: then both lost the same.
func libopusAtItsBest(t *testing.T, packets []Frame, all, come []coming, plain float64) (snr float64) {
	t.Helper()
	clean := libopusWithRedundancy(t, packets, all, false)
	bare := libopusWithRedundancy(t, packets, come, false)
	if got := segmentalSNR(clean, bare); math.Abs(got-plain) > 0.3 {
		t.Errorf("without redundancy libopus has %.1f dB, by opusdec %.1f dB: they were not told of the same losses", got, plain)
	}
	best := libopusWithRedundancy(t, packets, come, true)
	return segmentalSNR(clean, best)
}
