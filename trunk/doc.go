// Package trunk owns the operator's connections to the telephone network: what
// a trunk is, who may speak to us over it, which numbers it carries and at what
// price, and by which of several a call goes. The SIP edge carries calls over
// trunks; this package decides and remembers.
//
// A Network is all of it at one moment, as the operator has decided: plain
// values that say themselves what is wrong with them (Mistakes), for the
// configuration's lines and the API's fields alike. Network.Choices is a pure
// function of it.
//
// A Book keeps what was made while the gateway runs beside what the configuration
// says, and holds a network that can work, always: a change that would make
// another is refused and leaves nothing behind. It keeps passwords and keys, and
// tells no event of them.
//
// Health judges a trunk by what is heard of it; whoever carries the trunk out
// tells it, for it has neither clock nor goroutine.
package trunk
