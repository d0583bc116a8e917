// Package soundcheck tells whether the right speech arrived.
//
// A test that only sees packets proves little: calls can be swapped, frames
// repeated, a stream decoded with the wrong clock. Compare takes what was
// heard and what was said, cuts the heard into half-second windows that hold
// speech, looks for each within ± 80 ms of its place in the source (jitter
// buffers stretch time) and correlates the two in the band that a telephone
// carries. The median over the windows is at least 0.8 for the right sentence,
// through any of our codecs, and at least 0.3 lower for any other; silence,
// noise and another sentence fail.
//
// Compare and Tell judge how a sound is heard, and a machine that has too much to do
// spoils that. Find and Hears ask which sound it is and where: they look for each quarter of
// a second of it by itself, as far behind the one before as a stall may put it, and
// want a third of them in their order. Of another sound there is never a fifth. A
// Search does so as more is heard.
//
// Sentence gives three sentences in different voices, ReadWAV takes recordings
// at any rate, Tone finds a tone, Silences finds where nothing was heard. The package is for tests and benchmarks; it
// imports nothing of ours.
package soundcheck

// Rate is the rate of all samples here, in Hz.
const Rate = 8000
