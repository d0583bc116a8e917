// Package recording writes down what a party of a call says and hears: a stereo
// Ogg Opus file, said on the left, heard on the right, at the rate of a
// telephone.
//
// A Recorder is fed by two taps of a port. A tap is called by the goroutine that
// moves the sound, so it only copies into a ring that is its own, and neither
// waits nor allocates nor takes a lock. One goroutine empties both rings five
// times a second, puts silence where nothing came, encodes and writes, and rests
// after each frame, so that no call's packets wait for it. However
// slow the disk is, a call does not notice: what the ring has no room for is
// counted, and is silence in the file, so that the two sides stay in step.
//
// The file consists of whole pages of a second each. When the disk is full or
// fails, the recording ends, says why, and what has been written can be played.
//
// Whether a call may be recorded, who must be told, and where files are kept is
// decided elsewhere. Nothing is recorded unless somebody makes a Recorder.
package recording
