package pay

import "time"

// An EventKind is what a provider tells us by a webhook.
type EventKind string

const (
	MethodStored   EventKind = "method.stored"   // a customer has given a card
	PaymentChanged EventKind = "payment.changed" // look at the payment again
	Other          EventKind = "other"           // nothing of ours
)

// An Event is something that happened at the provider's. It says where to look, not what to
// believe: events come late, twice and in any order.
type Event struct {
	ID       string
	Kind     EventKind
	At       time.Time
	Customer CustomerID
	Setup    SetupID   // of MethodStored
	Payment  PaymentID // of PaymentChanged
}
