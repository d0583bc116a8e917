// Package billing lets calls cost money.
//
// A price says what calls cost and for which calls it is (Price, in package price its Terms).
// When a call asks to be let in, the first price that is for it becomes a Quote: a copy that
// nothing changes any more, with who pays. The payer's balance must cover the beginning, and
// a hold in the ledger sets aside what the next minutes may cost, so that two calls cannot
// spend the same money.
//
// Each such call has a Session, which one goroutine runs: it hears what happens in the call,
// has a meter count (package meter), and every few seconds posts a tick: what has become due
// since the last one, drawn on the hold. A tick, its call and its number are one transfer in
// the ledger, so it is posted once however often it is tried. When the call ends the last
// tick is posted and the hold released: the session is settled, or voided where nothing was
// due. A process that dies loses what was due since its last tick, and never more: the next
// one finds the call ended in the log and settles it by what was posted.
//
// Nothing is charged that was not accepted. A quote is accepted by its payer, on a page, by
// digits on a telephone, or by whoever called knowing the price; silence is a no.
//
// While a call runs another price can be offered (Offer). It is a quote of its own; accepted, it
// counts from then on, in the same session, or in one that begins with it where the call was
// free. The meter keeps what was due by the terms before.
//
// Money speaks to a call as an Admitter, which refuses it, and as a call.Commander, which
// asks, tells and ends it. It hears of calls as everybody does: by what the switchboard saw,
// at once, and by the log, surely.
package billing
