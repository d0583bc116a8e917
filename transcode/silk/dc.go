package silk

// A dcBlocker takes away what lies under 5 Hz, which nobody hears and which
// costs bits. What does not sound at all ends as zero, not as a number so
// small that arithmetic with it is slow.
type dcBlocker struct{ in, out float32 }

const dcPole = 0.9961 // 1 - 2π·5/8000

// filter takes four samples at a time: what each leaves to the next is known
// before what came before them, which only the last of them waits for.
func (d *dcBlocker) filter(out *[frameSamples]float32, pcm *[frameSamples]int16) {
	const square, cube, fourth = dcPole * dcPole, dcPole * dcPole * dcPole, dcPole * dcPole * dcPole * dcPole
	in, last := d.in, d.out
	for i := 0; i < frameSamples; i += 4 {
		s, o := (*[4]int16)(pcm[i:]), (*[4]float32)(out[i:])
		x0, x1, x2, x3 := float32(s[0]), float32(s[1]), float32(s[2]), float32(s[3])
		y0 := x0 - in
		y1 := x1 - x0 + dcPole*y0
		y2 := x2 - x1 + dcPole*y1
		y3 := x3 - x2 + dcPole*y2
		o[0], o[1], o[2] = y0+dcPole*last, y1+square*last, y2+cube*last
		last = y3 + fourth*last
		o[3] = last
		in = x3
	}
	if last < 1e-6 && last > -1e-6 {
		last = 0
	}
	d.in, d.out = in, last
}
