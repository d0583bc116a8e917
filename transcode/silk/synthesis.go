package silk

// A sound is a frame at work: the 20 ms of output before it, and what is added.
type sound [memory + frameSamples]int16

// A longTerm is what a voice's pitch filters work on: the excitation with their
// own part in it, in 1/32768 of the gain.
type longTerm [memory + frameSamples]int32

// synthesise makes the sound of a frame behind x's past (RFC 6716 §4.2.7.9),
// from the excitation in d.
func (d *Decoder) synthesise(x *sound, p *parameters) {
	var left longTerm
	for k := range p.subframes {
		ratio := d.turnTo(p.gains[k])
		excitation := (*[subframe]int32)(d.excitation[k*subframe:])
		out, a := (*[subframe]int16)(x[memory+k*subframe:]), &p.a[k>>1]
		lag, filter := p.lags[k], &p.filters[k]
		if d.voiceBroke(p, k) {
			lag, filter = d.lastLag, &[taps]int32{0, 0, 1 << 12, 0, 0}
		}
		if lag == 0 {
			d.shortTerm(out, excitation, a, p.gains[k])
			continue
		}
		switch {
		case k == 0:
			left.rewhiten(x, a, k, lag, scaled(p.inverse[0], p.scale)<<2)
		case k == 2 && p.halfway:
			left.rewhiten(x, a, k, lag, p.inverse[2])
		case ratio != 1<<16:
			left.rescale(k, lag, ratio)
		}
		var voice [subframe]int32
		left.predict(&voice, excitation, filter, k, lag)
		d.shortTerm(out, &voice, a, p.gains[k])
	}
}

// turnTo changes the gain. What the filter remembers is in units of it, and is
// brought into those of the new one; their ratio is returned, in 1/65536.
func (d *Decoder) turnTo(gain int32) int32 {
	if gain == d.gain {
		return 1 << 16
	}
	ratio := quotient(d.gain, gain)
	for i, v := range &d.filter {
		d.filter[i] = scaled(ratio, v)
	}
	d.gain = gain
	return ratio
}

// voiceBroke reports whether a voice was lost and is not in what came after.
// Then it goes on a little, for it is more likely to have ended in between.
func (d *Decoder) voiceBroke(p *parameters, k int) bool {
	return d.lost > 0 && d.lastKind == voiced && p.kind != voiced && k < subframes/2
}

// rewhiten finds what the predictor a leaves of the output before subframe k
// (§4.2.7.9.1), as far back as the pitch filters reach, times by.
func (l *longTerm) rewhiten(x *sound, a *[order]int32, k, lag int, by int32) {
	a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 := a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]
	end := memory + k*subframe
	from := end - lag - taps/2
	for i := from; i < end; i++ {
		h := (*[order + 1]int16)(x[i-order : i+1])
		predicted := int32(h[9])*a0 + int32(h[8])*a1 + int32(h[7])*a2 + int32(h[6])*a3 + int32(h[5])*a4 +
			int32(h[4])*a5 + int32(h[3])*a6 + int32(h[2])*a7 + int32(h[1])*a8 + int32(h[0])*a9
		l[i] = scaled(by, sat16(rounded(int32(h[10])<<12-predicted, 12)))
	}
}

// rescale brings what the pitch filters of subframe k reach back to into units of its gain.
func (l *longTerm) rescale(k, lag int, ratio int32) {
	end := memory + k*subframe
	past := l[end-lag-taps/2 : end]
	for i, v := range past {
		past[i] = scaled(ratio, v)
	}
}

// predict adds to the excitation of subframe k what repeats of a voice.
func (l *longTerm) predict(voice, excitation *[subframe]int32, filter *[taps]int32, k, lag int) {
	b0, b1, b2, b3, b4 := int64(filter[0]), int64(filter[1]), int64(filter[2]), int64(filter[3]), int64(filter[4])
	at := memory + k*subframe
	now := l[at : at+subframe]
	then := l[at-lag-2 : at-lag+2+subframe]
	for i, e := range excitation {
		h := (*[taps]int32)(then[i : i+taps])
		again := 2 + int64(h[4])*b0>>16 + int64(h[3])*b1>>16 + int64(h[2])*b2>>16 + int64(h[1])*b3>>16 + int64(h[0])*b4>>16
		e += int32(again) << 1
		voice[i] = e
		now[i] = e << 1
	}
}

// shortTerm runs the predictor a over a subframe's excitation and writes its output (§4.2.7.9.2).
func (d *Decoder) shortTerm(out *[subframe]int16, excitation *[subframe]int32, a *[order]int32, gain int32) {
	var s [order + subframe]int32
	copy(s[:], d.filter[:])
	filter(&s, excitation, a)
	copy(d.filter[:], s[subframe:])
	by := int64(gain >> 6)
	for i := range out {
		out[i] = int16(sat16(rounded(int32(int64(s[order+i])*by>>16), 8)))
	}
}

// filter continues s with the output of the predictor that has excitation as its
// input. A sample waits for the one before it, so that one stays in a register,
// and what could overflow is looked at aside.
func filter(s *[order + subframe]int32, excitation *[subframe]int32, a *[order]int32) {
	a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 := int64(a[0]), int64(a[1]), int64(a[2]), int64(a[3]), int64(a[4]), int64(a[5]), int64(a[6]), int64(a[7]), int64(a[8]), int64(a[9])
	last := s[order-1]
	for i, e := range excitation {
		h := (*[order + 1]int32)(s[i : i+order+1])
		older := order/2 + (int64(h[0])*a9>>16 + int64(h[1])*a8>>16 + int64(h[2])*a7>>16) + (int64(h[3])*a6>>16 + int64(h[4])*a5>>16 + int64(h[5])*a4>>16) +
			(int64(h[6])*a3>>16 + int64(h[7])*a2>>16 + int64(h[8])*a1>>16)
		predicted := int32(older + int64(last)*a0>>16)
		sum := int64(e) + int64(predicted)<<4
		last = int32(sum)
		if sum != int64(last) || predicted >= 1<<27 || predicted < -1<<27 {
			last = addSaturated(e, predicted)
		}
		h[order] = last
	}
}
