// Package transcode turns one codec's payload into another's.
//
// Everything meets at 8 kHz mono linear PCM, 160 samples for 20 ms, because a
// telephone carries no more: Opus is decoded and encoded at 8 kHz without a
// resampler, G.711 is a table look-up. A Decoder also fills what the network
// lost: from the next packet's redundancy (Opus in-band FEC) or by
// concealment. A stranger's payload never ends the process: decoding recovers
// from a panic and conceals instead.
//
// Decoders and encoders hold state for one stream and are not safe for
// concurrent use. Once made, they allocate nothing.
package transcode
