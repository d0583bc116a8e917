// Package baresip is a real telephone for tests: Debian's baresip, which answers
// every call, plays a tone and records what it hears. A test presses its buttons
// over its remote control and is told what happens to its calls.
//
// baresip has no sound device here: its microphone is a file, and its recording is
// made of the packets that it decodes. Where no packets come, nothing is recorded:
// whoever looks for silence compares the recording's length with the call's, too.
package baresip
