// Package silk encodes and decodes telephone speech as Opus: packets of
// narrowband SILK, 8 kHz mono (RFC 6716 §4.2). It is what browsers are asked to
// send and what every Opus decoder plays.
//
// It exists because Opus is most of what a call costs.
// A decoder decides what a packet means but not how it was found, so the
// encoder looks for little and at once: one autocorrelation instead of a
// Burg analysis, a pitch found at half the rate, three candidates for the
// spectrum, one pass of quantisation without delayed decisions. What a decoder
// computes of it is computed with the decoder's own integers, and the rest in
// float32. Nothing is looked ahead at, so encoding adds no delay. It writes one frame
// of 20 ms a packet, and nothing else.
//
// Where the processor has AVX2 and FMA, the sums of products (sums_amd64.s) and
// the choice of pulses (quantise_amd64.s) are in assembly; everything that is
// written there is also in Go, for all other processors. Go holds the lengths
// before assembly sees an address. The two ways round differently, so the same
// sound may become other bytes on another machine: any decoder plays either,
// and TestQuality holds both to the same.
//
// The decoder takes all that narrowband SILK may be: frames of 10 to 60 ms, any
// number of them in a packet, pauses that are not sent, redundancy. Its
// integers are the reference decoder's, to the last bit, in what is made up for
// a loss as well; so a stream may pass to a decoder that has the other half
// of Opus too, and back (Redundancy), as package transcode has it.
//
// An Encoder is 2 kB and a Decoder as much, of which one can have hundreds without emptying the
// processor's cache at each packet; everything else lives on the stack. Neither
// allocates. Reset leaves nothing of the old stream.
//
// To be encoded, a frame goes through the files in this order: dc, analysis and activity;
// pitch and pitch_filter where somebody speaks; roots, lsf_quantise, lsf and
// predictor for the spectrum; gain with rate; quantise, and redundancy once
// more for the packet after; frame, excitation (with sixteen and rate_level),
// script and range write it. decide.go is the list of these steps.
//
// To be decoded, a packet is taken apart by packet, and a frame read by header,
// coded and pulses with range_decoder; parameters, lsf and predictor say what it is
// made with, and synthesis makes it. decoder.go is the list of these steps. What was
// lost comes from repetition and comfort instead. Package silk knows nothing of
// the CELT that a packet may bring; it hands it back.
package silk
