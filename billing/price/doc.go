// Package price says what a call costs.
//
// Terms are what two sides agree on: what a minute costs, in which steps it is counted, what
// is free, what is due at once. Due turns the time that both have talked into money, and is
// the only place that does. It is pure, and it rounds once: down.
package price
