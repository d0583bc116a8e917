package testpay

import "strings"

// A behaviour is what a test card does.
type behaviour string

const (
	pays     behaviour = "pays"     // everything succeeds
	refused  behaviour = "refused"  // is not even stored
	later    behaviour = "later"    // is stored, and every payment is declined
	confirms behaviour = "confirms" // every payment has to be confirmed
	slow     behaviour = "slow"     // gives no answer, and succeeds a while later
)

// cards are the numbers that there are. They pass the check of a card's last digit, and
// belong to no bank.
var cards = map[string]struct {
	does  behaviour
	brand string
}{
	"4242424242424242": {pays, "visa"},
	"5555555555554444": {pays, "mastercard"},
	"4000000000000002": {refused, "visa"},
	"4000000000000341": {later, "visa"},
	"4000002500003155": {confirms, "visa"},
	"4000000000000259": {slow, "visa"},
}

// What a payer reads who cannot pay.
const (
	noFunds  = "The card was declined: there is not enough money on it. Pay with another card."
	saidNo   = "The payment was not confirmed. Try again and confirm it, or pay with another card."
	notTaken = "This card was declined. Try another one."
	noCard   = "This is no test card. Only the test cards of the manual are taken here: never type a real one."
)

// digits is a number as it is typed, without the spaces.
func digits(typed string) string { return strings.ReplaceAll(strings.TrimSpace(typed), " ", "") }
