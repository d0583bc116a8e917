// Package dtmf hears the tones of a telephone's keys (DTMF, ITU-T Q.23) in
// sound, for legs that say no key in any other way.
//
// A Detector is a media.Tap: it is given the sound as it comes, looks at it in
// blocks of 8 ms, and tells each key once, when it has been held for about 40
// ms. What it takes and refuses follows ITU-T Q.24: both frequencies within 1.5 %
// are taken and beyond 3.5 % refused, tones of 40 ms taken and of 20 ms refused,
// pauses of 40 ms part two keys and gaps of 10 ms do not, and one frequency may be
// louder than the other as lines make it. Speech and music hold such a pair of
// pure tones for 40 ms hardly ever; the tests let it hear both, also through
// the codecs and with packets lost.
//
// It allocates nothing; go test -bench Hear says what 20 ms of sound cost.
package dtmf
