package transcode

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// BenchmarkOpusEncode compares our encoder with the library's, one stream at a
// time and as a gateway has it, 200 streams in turn, each of which finds the
// cache as the others left it, and says something else: a processor remembers
// what is said twice. On a busy machine read cpu-ns/op.
//
//	go test -run '^$' -bench OpusEncode -count 6 ./transcode
func BenchmarkOpusEncode(b *testing.B) {
	in := frames(speech)
	buf := make([]byte, MaxPayload)
	for _, streams := range []struct {
		name string
		n    int
	}{{"one", 1}, {"200", 200}} {
		run := func(name string, encoder func() func([]byte, []int16) (int, error)) {
			b.Run(name+"/"+streams.name, func(b *testing.B) {
				encode := make([]func([]byte, []int16) (int, error), streams.n)
				for i := range encode {
					encode[i] = encoder()
				}
				b.ReportAllocs()
				before := cpuTime()
				for i := 0; b.Loop(); i++ {
					if _, err := encode[i%streams.n](buf, in[(i/streams.n+i%streams.n*37)%len(in)]); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(cpuTime()-before)/float64(b.N), "cpu-ns/op")
			})
		}
		run("ours", func() func([]byte, []int16) (int, error) {
			e := newOpusEncoder()
			b.Cleanup(e.Close)
			return e.Encode
		})
		run("gopus", func() func([]byte, []int16) (int, error) {
			g := newBareEncoder(b)
			return func(payload []byte, pcm []int16) (int, error) { return g.EncodeInt16(pcm, payload) }
		})
	}
}

// cpuTime is what the process has used.
func cpuTime() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used) // our own: it cannot fail
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkOpusDecode compares our decoder with the library's, as BenchmarkOpusEncode
// does the encoders: on what our encoder makes and on what the library's does. Each
// stream is at another place of the sentence.
//
//	go test -run '^$' -bench OpusDecode -count 6 ./transcode
func BenchmarkOpusDecode(b *testing.B) {
	lib := newBareEncoder(b)
	theirs := make([][]byte, 0, 200)
	for _, f := range frames(speech) {
		buf := make([]byte, MaxPayload)
		n, err := lib.EncodeInt16(f, buf)
		if err != nil {
			b.Fatal(err)
		}
		theirs = append(theirs, buf[:n])
	}
	pcm := make([]int16, MaxSamples)
	for _, of := range []struct {
		name     string
		payloads [][]byte
	}{{"browser", theirs}, {"own", encoded(b, Opus, speech, 0)}} {
		for _, streams := range []int{1, 200} {
			run := func(name string, decoder func() func([]int16, []byte) (int, error)) {
				b.Run(fmt.Sprintf("%s/%s/%d", name, of.name, streams), func(b *testing.B) {
					decode := make([]func([]int16, []byte) (int, error), streams)
					for i := range decode {
						decode[i] = decoder()
					}
					b.ReportAllocs()
					before := cpuTime()
					for i := 0; b.Loop(); i++ {
						if _, err := decode[i%streams](pcm, of.payloads[(i/streams+i%streams*31)%len(of.payloads)]); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(cpuTime()-before)/float64(b.N), "cpu-ns/op")
				})
			}
			run("ours", func() func([]int16, []byte) (int, error) {
				d := newOpusDecoder()
				b.Cleanup(d.Close)
				return d.Decode
			})
			run("gopus", func() func([]int16, []byte) (int, error) {
				g, err := makeLibraryDecoder(SampleRate, &libraryDecoders)
				if err != nil {
					b.Fatal(err)
				}
				return g.Decode
			})
		}
	}
}
