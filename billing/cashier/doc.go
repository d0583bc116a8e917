// Package cashier fills wallets by a payment provider.
//
// Whoever owns a wallet is a customer at the provider (payer.go), and gives their card there.
// A TopUp is written down first, and its ID is the key under which the provider is asked to
// charge that card; so whatever gets lost on the way, the same is asked again and charged
// once. What the provider has for it then, a Payment, is all that counts: book turns that
// into the ledger's transfers, whose IDs are made of the top-up's, so that the answer to our
// request, a webhook, somebody who looks and Reconcile can all find out the same thing at the
// same time, and it is booked once.
//
// A refund sets its amount aside in the wallet first, so that nobody spends it meanwhile, and
// takes it when the provider says that it went back.
package cashier
