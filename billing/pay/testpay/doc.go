// Package testpay is a payment provider without money: for demonstrations, and for tests that
// want a real one at the other end.
//
// Server is the provider: an http.Handler with an API, a page of its own on which cards are
// typed, and one on which a payment is confirmed. It takes the test cards of doc/payments.md
// and no others, keeps of them the last four digits and what they do, sends signed webhooks,
// and repeats them until they are answered. What it has said yes to is in its file before
// it answers, so that one that dies loses nothing.
//
// It can be as bad as real ones are: late, silent after having done the work, and with
// webhooks that come twice and in the wrong order (Controls, PUT /v1/controls).
//
// Client is the pay.Provider that speaks with it.
package testpay
