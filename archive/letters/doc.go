// Package letters keeps what visitors write when nobody is there: offline messages.
//
// A letter is one row, for one queue, with where its writer wants to be answered. It
// stays until somebody deletes it or its time is over: it is about a person, so it goes
// when the first of identity, transcripts and records goes. One that was left after a
// call goes with an erasure of that call. Letters tells the log that one was left, by
// whom and what it says never.
package letters
