package silk

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// A script that is played is its symbols, put one by one, without those that
// were not to be added.
func TestAScriptIsItsSymbols(t *testing.T) {
	tables := [][]uint8{lowBitICDF[:], splitICDF[0][15], pulseCountICDF[0][:], rateLevelICDF[1][:]}
	rapid.Check(t, func(r *rapid.T) {
		var played, put rangeCoder
		played.start(make([]byte, 1000))
		put.start(make([]byte, 1000))
		for range rapid.IntRange(1, 4).Draw(r, "scripts") {
			var s script
			for range rapid.IntRange(0, 255).Draw(r, "symbols") {
				table := tables[rapid.IntRange(0, len(tables)-1).Draw(r, "table")]
				x := rapid.IntRange(0, len(table)-1).Draw(r, "symbol")
				n := rapid.IntRange(0, 255).Draw(r, "or not")
				s.addIf(n, symbolOf(table, x))
				if n != 0 {
					put.put(x, table)
				}
			}
			played.play(&s)
		}
		if played.low != put.low || played.size != put.size || !bytes.Equal(played.buf[:played.n], put.buf[:put.n]) {
			r.Fatalf("% x, one by one % x", played.buf[:played.n], put.buf[:put.n])
		}
	})
}

// The longest script there can be, of a frame whose pulses are as large as
// pulses get, has room.
func TestTheLoudestFrameFits(t *testing.T) {
	var pulses [frameSamples]int8
	for i := range pulses {
		pulses[i] = mostPulse * int8(1-i%2*2)
	}
	for kind := range 3 {
		var c rangeCoder
		c.start(make([]byte, MaxPacket))
		c.putExcitation(&pulses, kind)
		if n, ok := c.finish(); !ok {
			t.Errorf("kind %d takes %d bytes", kind, n)
		}
	}
}

func TestTheBestLevelIsTheCheapest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var count, low [blocks]int
		for b := range count {
			count[b] = rapid.IntRange(0, mostPulses).Draw(r, "count")
			low[b] = rapid.IntRange(0, 1).Draw(r, "low")
		}
		voiced := rapid.IntRange(0, 1).Draw(r, "voiced")
		bitsAt := func(level int) float32 {
			bits := cost(rateLevelICDF[voiced][:], level)
			for b, n := range count {
				if low[b] > 0 {
					n = 17
				}
				bits += cost(pulseCountICDF[level][:], n)
			}
			return bits
		}
		got := bestLevel(&count, &low, voiced)
		for level := range rateLevels {
			if bitsAt(level) < bitsAt(got)-(blocks+1)/64.0 {
				r.Fatalf("level %d takes %.2f bits, %d was taken for %.2f", level, bitsAt(level), got, bitsAt(got))
			}
		}
	})
}
