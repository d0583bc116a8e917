// Package rules decides by what is known of a call who is to answer it and how:
// an ordered list of rules, of which the first that fits counts.
//
// What is known are facts under names, such as the page that the call comes
// from. A fact is trusted where the account's own server or the gateway itself
// vouches for it, and untrusted where a page or a caller merely says so; a
// condition may ask for trusted facts alone, and a rule that opens a door for
// somebody should.
//
// Everything here is pure.
package rules
