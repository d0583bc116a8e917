// Package datagram takes packets from UDP sockets and sends them, for the price
// of the system calls themselves.
//
// Around each system call Go's scheduler prepares for one that blocks. In a busy
// process that is cheap. But one in which nothing runs has let the scheduler's
// watchman sleep, and the first call that is prepared for wakes him: a thread that
// looks around, finds after 20 µs that nothing runs again, and goes to sleep. A
// gateway has nothing to do between most packets, so that most of them paid for
// that, as much as for all else together.
//
// The sockets of the net package never block, so nothing needs to be prepared for:
// what is not there is waited for in Go's poller, as ever. Whatever else the
// process asks of the system wakes the watchman as before; so does a socket that
// never runs dry, for it is he who sees to it that others have their turn.
//
// Nor does a packet that is sent pass the net package's own lock and poller: whoever
// closes a socket waits for those who send by it, and they for nobody.
//
// It is written for Linux; elsewhere it is the net package. There is no difference
// on the wire. What this package never does: keep a packet, start a goroutine, or
// open a socket.
package datagram
