//go:build !linux

package lean

import "net"

// makeRoom asks for so many bytes; the system's limit applies, and less is no error.
func makeRoom(conn *net.UDPConn, bytes int) { _ = conn.SetReadBuffer(bytes) }
