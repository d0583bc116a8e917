package prompt

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// wavFile writes a WAV file of any kind; channels beyond the first are silent.
func wavFile(tag, channels, rate int, left []int16) []byte {
	var data []byte
	bits := 16
	for _, s := range left {
		for c := range channels {
			if c > 0 {
				s = 0
			}
			var one [1]byte
			switch tag {
			case tagALaw:
				transcode.EncodePCMA(one[:], []int16{s})
			case tagMuLaw:
				transcode.EncodePCMU(one[:], []int16{s})
			default:
				data = binary.LittleEndian.AppendUint16(data, uint16(s))
				continue
			}
			bits = 8
			data = append(data, one[0])
		}
	}
	b := append([]byte("RIFF\x00\x00\x00\x00WAVE"), "LIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint16(b, uint16(tag))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(rate*channels*bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels*bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(bits))
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
}

func sine(hz float64, rate, n int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(10000 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return pcm
}

func TestWAVOfEveryKindKeepsItsTone(t *testing.T) {
	for _, tag := range []int{tagPCM, tagALaw, tagMuLaw} {
		for _, channels := range []int{1, 2} {
			for _, rate := range []int{8000, 11025, 16000, 44100, 48000} {
				pcm, err := decode(wavFile(tag, channels, rate, sine(1000, rate, rate)))
				if err != nil {
					t.Fatal(err)
				}
				purity, level := soundcheck.Tone(pcm, 1000)
				want := 20*math.Log10(10000.0/32768) - 6.02*float64(channels-1)
				if len(pcm) != 8000 || purity < 0.99 || math.Abs(level-want) > 0.3 {
					t.Errorf("format %d, %d channels at %d Hz: %d samples, purity %.3f, %.1f dB instead of %.1f", tag, channels, rate, len(pcm), purity, level, want)
				}
			}
		}
	}
}

// What an 8 kHz sample cannot hold is gone, and does not come back as another
// tone; what it can hold has its level.
func TestResamplingFoldsNothingBack(t *testing.T) {
	for _, rate := range []int{16000, 44100, 48000} {
		for _, hz := range []float64{300, 3300} {
			_, level := soundcheck.Tone(mustDecode(t, wavFile(tagPCM, 1, rate, sine(hz, rate, rate))), hz)
			if math.Abs(level+10.3) > 0.3 {
				t.Errorf("%v Hz at %d: %.1f dB, want -10.3", hz, rate, level)
			}
		}
		for _, hz := range []float64{4300, 5000, 7000} {
			pcm := mustDecode(t, wavFile(tagPCM, 1, rate, sine(hz, rate, rate)))
			for i, s := range pcm[200 : len(pcm)-200] {
				if s > 60 || s < -60 { // -44 dB
					t.Fatalf("%v Hz at %d is heard: %d at %d", hz, rate, s, i)
				}
			}
		}
	}
}

func mustDecode(t *testing.T, b []byte) []int16 {
	t.Helper()
	pcm, err := decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return pcm
}

func TestFilesThatCannotBePlayedSayWhy(t *testing.T) {
	good := wavFile(tagPCM, 1, 8000, sine(440, 8000, 800))
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"an MP3":           {[]byte("ID3\x03"), "neither an Ogg Opus file nor a WAV file"},
		"nothing":          {nil, "neither"},
		"WAV of nothing":   {wavFile(tagPCM, 1, 8000, nil), "no sound"},
		"six channels":     {wavFile(tagPCM, 6, 8000, make([]int16, 10)), "6 channels: save it with one or two"},
		"96 kHz":           {wavFile(tagPCM, 1, 96000, make([]int16, 10)), "96000 Hz: save it at"},
		"a float WAV":      {wavFile(3, 1, 8000, make([]int16, 10)), "save it as 16-bit PCM or G.711"},
		"eleven minutes":   {wavFile(tagMuLaw, 1, 8000, make([]int16, 660*8000)), "longer than ten minutes"},
		"cut in its chunk": {good[:20], "in the middle"},
		"cut in its head":  {good[:30], "no format or no data"},
		"an Ogg of junk":   {[]byte("OggS junk and no more than that, really not a page"), "no Ogg file"},
	} {
		if _, err := decode(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want …%s…", name, err, c.want)
		}
	}
}

// What opusenc made of a sentence is that sentence, to the sample: nothing is
// missing at its beginning, its end, or in between.
func TestOggOpusIsDecodedFromItsFirstSampleToItsLast(t *testing.T) {
	said := soundcheck.Sentence(soundcheck.Harbour)
	dir := t.TempDir()
	var wav bytes.Buffer
	if err := soundcheck.WriteWAV(&wav, said, soundcheck.Rate); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/a.wav", wav.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("opusenc", "--quiet", "--bitrate", "24", dir+"/a.wav", dir+"/a.opus").CombinedOutput(); err != nil {
		t.Fatalf("opusenc, of opus-tools: %v %s", err, out)
	}
	b, err := os.ReadFile(dir + "/a.opus")
	if err != nil {
		t.Fatal(err)
	}
	heard := mustDecode(t, b)
	if d := len(heard) - len(said); d < -1 || d > 1 {
		t.Errorf("%d samples of %d", len(heard), len(said))
	}
	r := soundcheck.Compare(heard, said)
	if !r.Matches() || r.DelaySamples < -40 || r.DelaySamples > 40 || r.Gaps > 0 || r.Clicks > 0 {
		t.Errorf("%v", r)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(wavFile(tagMuLaw, 2, 11025, sine(440, 11025, 20)))
	f.Add(wavFile(tagPCM, 1, 44100, sine(440, 44100, 10)))
	if b, err := shipped.ReadFile("sounds/zh/n.2.opus"); err == nil {
		f.Add(b[:200])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		pcm, err := decode(b)
		if err == nil && (len(pcm) == 0 || len(pcm) > 2*longest) {
			t.Fatalf("%d samples", len(pcm))
		}
	})
}
