// Package member has the gateway call for those who pay: to show that a telephone number is
// theirs (Verifier), and to talk to a merchant (Caller), which calls the member first.
//
// It reaches calls as all features do: it asks for them (switchboard.Request), speaks to them
// as a call.Commander, and hears of them by what the switchboard saw.
package member
