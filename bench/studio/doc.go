// Package studio is a node that records: calls of two telephones over sockets of
// their own, joined as in the gateway, with a Recorder on the taps of one. It is
// a process of its own, under orders, so that whoever measures its calls from
// outside may take its disks away meanwhile: one is full, the others hang.
//
// It needs a mount namespace of its own, in which it mounts a small disk.
package studio
