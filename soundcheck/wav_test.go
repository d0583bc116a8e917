package soundcheck_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"webtrunk/soundcheck"
)

func TestWAVSurvivesAWriteAndARead(t *testing.T) {
	var b bytes.Buffer
	if err := soundcheck.WriteWAV(&b, harbour, soundcheck.Rate); err != nil {
		t.Fatal(err)
	}
	got, err := soundcheck.ReadWAV(&b)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(harbour) {
		t.Fatalf("read %d samples, wrote %d", len(got), len(harbour))
	}
	for i := range got {
		if got[i] != harbour[i] {
			t.Fatalf("sample %d is %d, was %d", i, got[i], harbour[i])
		}
	}
}

// upsampled returns pcm at rate by straight lines between its samples.
func upsampled(pcm []int16, rate int) []int16 {
	out := make([]int16, (len(pcm)-1)*rate/soundcheck.Rate)
	for i := range out {
		at := float64(i) * soundcheck.Rate / float64(rate)
		k := int(at)
		out[i] = int16(float64(pcm[k]) + (at-float64(k))*(float64(pcm[k+1])-float64(pcm[k])))
	}
	return out
}

func TestRecordingsOfAnyRateComeDownToOurs(t *testing.T) {
	for _, rate := range []int{48000, 44100, 16000, 11025} {
		var b bytes.Buffer
		if err := soundcheck.WriteWAV(&b, upsampled(harbour, rate), rate); err != nil {
			t.Fatal(err)
		}
		got, err := soundcheck.ReadWAV(&b)
		if err != nil {
			t.Fatal(err)
		}
		r := soundcheck.Compare(got, harbour)
		if !r.Matches() || r.Median < 0.97 || r.DelaySamples < -1 || r.DelaySamples > 1 {
			t.Errorf("%d Hz: %v, want the sentence without delay", rate, r)
		}
	}
}

// What a low rate cannot carry must vanish, not fold back into the speech band.
func TestDownsamplingDoesNotFold(t *testing.T) {
	const rate = 48000
	tone := func(hz float64) []int16 {
		pcm := make([]int16, rate)
		for i := range pcm {
			pcm[i] = int16(16384 * math.Sin(2*math.Pi*hz*float64(i)/rate))
		}
		var b bytes.Buffer
		if err := soundcheck.WriteWAV(&b, pcm, rate); err != nil {
			t.Fatal(err)
		}
		got, err := soundcheck.ReadWAV(&b)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if _, level := soundcheck.Tone(tone(1000), 1000); level < -6.5 || level > -5.5 {
		t.Errorf("1000 Hz came down at %.1f dBFS, want -6", level)
	}
	if _, level := soundcheck.Tone(tone(7000), 1000); level > -50 {
		t.Errorf("7000 Hz is heard at 1000 Hz with %.1f dBFS", level)
	}
}

func TestStereoFloatIsMixedDown(t *testing.T) {
	left, right := soundcheck.Sine(440, 16000, 8000), make([]int16, 8000)
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WAVELIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00")
	for _, v := range []any{uint16(3), uint16(2), uint32(8000), uint32(64000), uint16(8), uint16(32)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.WriteString("data\x00\x00\x00\x00") // a recorder that was killed never wrote the length
	for i := range left {
		_ = binary.Write(&b, binary.LittleEndian, []float32{float32(left[i]) / 32768, float32(right[i]) / 32768})
	}
	got, err := soundcheck.ReadWAV(&b)
	if err != nil {
		t.Fatal(err)
	}
	if purity, level := soundcheck.Tone(got, 440); purity < 0.99 || math.Abs(level+12.2) > 0.3 {
		t.Errorf("one channel of two: purity %.2f, %.1f dBFS; want 1 and -12.2", purity, level)
	}
}

func FuzzReadWAV(f *testing.F) {
	var b bytes.Buffer
	_ = soundcheck.WriteWAV(&b, harbour[:100], 16000)
	f.Add(b.Bytes())
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, wav []byte) {
		if pcm, err := soundcheck.ReadWAV(bytes.NewReader(wav)); err != nil && pcm != nil {
			t.Error("an error and samples")
		}
	})
}
