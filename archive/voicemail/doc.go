// Package voicemail keeps what callers leave as messages: it implements what the
// switchboard asks of a Recorder, and is an archive.Keeper of recordings.
//
// A message is one Ogg Opus file, named by its ID, in one directory of this
// node's, and one row. While it is recorded its file ends in .opus.part; only when it
// is whole and on the disk does it get its name, and then its row. So a file
// without a row is one that a dead process left, and Open removes it: nothing is
// in a list that cannot be played, and nothing stays that is in no list.
//
// A message in which nobody has said anything is none. One whose disk is full or
// hangs is reported as lost, and its file removed: nothing pretends.
package voicemail
