// Package archive remembers calls: it folds the log into one record for each
// call, finds and exports records, and forgets on time what it must not keep.
//
// A record begins with call.created, is kept current, so that lists show
// running calls too, and is complete at call.ended. Archive is an event.Handler
// and reads only what records say to the outside (Record.Data): a record can
// therefore hold no hidden contact, and a log whose payloads were redacted
// gives the redacted records again when it is read from its beginning.
//
// Three things are kept apart and each has its own time to live: identity (who
// talked: numbers, names, metadata), what was said (recordings, transcripts,
// which features keep and erase as a Keeper), and the records and events
// themselves. What agents noted of a call stands beside its record and not in the
// log, and goes with identity, but for its disposition. Where identity is erased, a
// pseudonym takes its place, in the record and in the log, also where the log tells of
// the call in the account's own stream (to whom it was offered, how it left its queue),
// however late that is told: the same party of an account always has the same one,
// so that statements still group, and nobody without the account's secret can
// tell whose it is. Money is not touched.
//
// The archive never erases from a running call; it waits until it has ended.
package archive
