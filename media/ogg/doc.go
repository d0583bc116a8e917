// Package ogg reads and writes Opus in Ogg files: pages as RFC 3533 has them,
// one Opus stream on them as RFC 7845 does.
//
// A Reader takes a file in order from any io.Reader and gives its packets. It
// is meant for files that strangers have made: every length is bounded before
// it is believed, a page with a wrong checksum is passed over, and what is
// missing or cut short ends the stream without a panic.
//
// A Writer puts packets onto pages and writes each page whole, in one Write:
// what has been written is playable at any moment, also when nothing more
// follows. Once begun, neither allocates.
package ogg
