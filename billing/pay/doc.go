// Package pay takes money from cards, by a payment provider.
//
// A Provider has customers, and of each the methods by which it pays. Nobody types a card
// to us: Setup names a page of the provider's own, the customer is sent there and comes
// back, and what we hold from then on is the method's ID, with the four digits by which its
// owner knows it. A Payment is authorised first and captured later, at most in the height
// of what was authorised, or charged at once; it can be refunded, whole or in parts.
//
// Everything that moves money has a key, which its caller chose and wrote down before it
// asked. The same key again is the same payment, so whoever has got no answer asks again
// with the key, or has Find say what became of it. An error of Kind Unknown says just that:
// it may have happened. Nobody takes it for a no.
//
// A provider tells what happened by webhooks, late, twice and in any order. An Event
// is therefore a reason to look (Provider.Payment), and never the truth itself. A Receiver
// reads them, takes each once, and refuses what the provider did not sign.
//
// Package testpay is a provider for demonstrations and tests, whole, with its own page for
// cards and its own faults; package paytest is what every provider has to pass.
package pay
