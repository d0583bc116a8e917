// Package recordings keeps what is said in calls, for as long as their accounts want it:
// it records what the switchboard asks for, and is an archive.Keeper of recordings.
//
// A recording is one Ogg Opus file, named by its ID, in one directory of this node's, and
// one row. The left channel is what one party says, the outside one where there is one, the
// right channel what that party hears. Whether there may be a recording at all, and when it
// pauses, the call decides: here nothing is written before it asks.
//
// While it is recorded its file ends in .opus.part, and its ID says of which call it is. So
// what a process leaves that dies is found again by the next one, up to what had reached the
// disk, and kept like any other, marked as interrupted; unless the log knows nothing of it:
// then nobody knows who has consented, and it is removed.
package recordings
