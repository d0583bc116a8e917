// Package event is the gateway's memory: an append-only log of what happened,
// in the words that the outside reads.
//
// A Record is one fact. It has a place in its account (Seq) and, if it is of a
// call, in the call (CallSeq), both counted from 1 without gaps, and a Position
// in the whole log. The log is kept by package store, in the same transaction
// as the rows that a record speaks of; this package says what a record is, and
// moves records to those who follow them:
//
//   - a Consumer reads the whole log from a durable cursor, at least once, in
//     order; its Handler is idempotent by Position;
//   - a Hub tells live subscribers, never waits for one, and cuts off whoever is
//     too slow with ErrResync rather than leave anything out.
package event
