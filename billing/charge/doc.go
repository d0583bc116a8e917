// Package charge lets sellers charge for what they sell during a call.
//
// The agent who talks with a customer asks for an amount, with what it is for. The customer
// is asked on their page, or on their telephone by a phrase and a key, and nobody else can
// answer: a page by its leg of the call, a telephone by a key of that leg while our question
// is heard. Silence is a no, and so is the call's end.
//
// A yes moves the money from the customer's wallet in the ledger, the seller's part to the
// seller and the rest to the platform, in the same transaction that notes the yes: so there
// is no charge that was not accepted, and none is paid twice, however many tabs say yes.
// Where the wallet does not cover it nothing is charged, and both are told.
//
// A charge keeps what it was asked for by, in which call, how it was accepted and when, as
// evidence. It is given back in part or whole by refunds, each a transfer of its own. What a
// seller has earned is a balance; payouts set some of it aside, until whoever keeps the
// account's books has paid it by a way of their own and says so here.
package charge
