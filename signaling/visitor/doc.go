// Package visitor is a browser page without the browser: it speaks the
// signalling protocol, makes calls with a PeerConnection of its own, sends
// speech at the pace of a microphone and keeps what it hears. Tests and
// benchmarks make hundreds of them.
//
// A Visitor is one page with one session; its methods may be called from any
// goroutine. Messages from the gateway are kept in their order, and waiting
// for one finds it whether it came before or after.
package visitor
