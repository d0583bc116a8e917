// Package transcode turns one codec's payload into another's.
//
// Everything meets at 8 kHz mono linear PCM, 160 samples for 20 ms, because most
// telephones carry no more: Opus is decoded and encoded at 8 kHz without a
// resampler, G.711 is a table look-up, of G.722 the lower band is taken. Opus and
// G.722 also meet at 16 kHz, where both ends of a call are wide. A Decoder also fills what the network
// lost: from the next packet's redundancy (Opus in-band FEC) or by
// concealment. A stranger's payload never ends the process: decoding recovers
// from a panic and conceals instead.
//
// At 8 kHz, which is most of what a gateway does, Opus is encoded by package
// silk, and decoded by it as long as it is narrowband SILK, which browsers are
// asked for. Everything else is gopus': what is encoded at 16 kHz, and all other
// modes of what is decoded, for which a decoder is borrowed when the first such
// packet comes.
//
// Decoders and encoders hold state for one stream and are not safe for
// concurrent use. Once made, they allocate nothing.
package transcode
