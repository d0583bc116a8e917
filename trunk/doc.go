// Package trunk owns the operator's connections to the telephone network:
// what a trunk is, who may speak to us over it and which numbers it carries.
// The SIP edge carries calls over trunks; this package only describes them.
package trunk
