//go:build !linux

package lean

import "syscall"

// reusable: elsewhere SO_REUSEPORT does not spread sources, or is not there.
const reusable = false

func reuse(_, _ string, _ syscall.RawConn) error { return nil }
