// Package webtrunk holds the words that every other package speaks: IDs,
// addresses, roles and the error type. It uses the standard library alone and
// knows nothing of calls, media or the network, so anything may import it.
//
// The way of one call through the packages is told in ARCHITECTURE.md.
package webtrunk
