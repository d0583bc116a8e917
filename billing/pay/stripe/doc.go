// Package stripe is the payment provider Stripe (https://docs.stripe.com/api), as a pay.Provider.
//
// A card is given on Stripe's own page, a Checkout session in setup mode. A payment is a
// PaymentIntent that is confirmed as it is made, off_session: the payer is on the telephone and
// not at a page. Where the bank wants them to confirm nevertheless, and the order says where
// they come back to, the same intent is confirmed again with the payer present, which gives it a
// page for that.
//
// Our key is Stripe's idempotency key and in the intent's metadata, by which Find knows it.
// Stripe forgets idempotency keys after 24 hours at the earliest, and metadata never: who
// asks again on another day looks with Find first. A repeated answer is how things stood the
// first time, so how they stand is asked after it.
//
// Neither the key nor anything that Stripe says in private is in an error: its own errors, which
// hold whole objects with their client secrets, are not wrapped.
package stripe
