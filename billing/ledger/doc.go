// Package ledger keeps who has how much money, in double entry.
//
// Money is in accounts, each of one tenant, mode, kind, owner and currency. A transfer moves
// an amount from one account to another; it is never changed and never removed, and what was
// wrong is put right by another transfer. So the sum of all balances in a currency is zero at
// any time, and balances can be counted again from the transfers (Audit).
//
// A hold sets an amount of an account aside, so that two who ask at once cannot both be given
// it. What is drawn on a hold is moved; the rest is released, or expires. Accounts of those
// who prepay never go below zero, holds included.
//
// The ID of a transfer is chosen by whoever asks for it, and asking again is answered by what
// became of it the first time. Transfers that belong together are one Entry: all of them are
// made or none, together with the rows and events of the feature that asks, in one
// transaction that is durable when Post returns.
//
// Entries that come at once share a transaction (group commit): a disk and a busy account's
// row are written once for all of them. One that is refused leaves no trace in it.
package ledger
