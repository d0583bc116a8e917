// Package policy says who may call where, how often and for how much, so that a
// stranger who finds a page's key cannot run up the operator's telephone bill.
//
// Three things are decided before a telephone rings. Where: nothing is open but
// the countries and kinds of numbers that the operator named; premium numbers,
// satellites and international networks only by their prefix; emergency numbers
// never, for a page does not know where its visitor is (Rules). How often: calls
// a minute, an hour and at once, of each visitor, widget, token, key, network
// address and account (windows). For how much: minutes and money a day, by the
// rates of the trunks that may carry the call (book). A running call holds what
// it may yet use, so that two calls at once can never both take the last minute.
//
// The operator's rules bound every account. An account may have bounds of its
// own, which the operator sets, and may narrow them for itself: a call must
// satisfy both.
//
// Guard is the switchboard's Admitter, and answers for whoever else has a
// telephone dialled (Permit): transfers, invitations, call-backs, REFER and 3xx.
// Every refusal is an event, policy.refused, with the rule, whose it is and a
// sentence; the same sentence is what the caller is told. What a hidden contact
// is, no refusal tells.
//
// Minutes and money are counted in the database, for all gateways that share it
// and across restarts, under names from which nobody can tell an address or a
// visitor a day later. Calls a minute, an hour and at once are counted by each
// gateway for itself, since its start, and for a bounded number of callers.
package policy
