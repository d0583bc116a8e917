package datagram

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The two system calls. No other file but tests uses unsafe, which arch_test.go
// holds. What the kernel is handed is alive until the call returns, and no longer
// than what it is told: each conversion stands in the argument list of its call
// (package unsafe, rule 4).

// receive asks for one packet, in a call that the scheduler prepares for or in one
// that it does not notice.
func receive(fd uintptr, b []byte, from *address, prepared bool) (n int, errno syscall.Errno) {
	room, size := unsafe.SliceData(b), uint32(len(from))
	var got uintptr
	if prepared {
		got, _, errno = unix.Syscall6(unix.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(room)), uintptr(len(b)), 0,
			uintptr(unsafe.Pointer(from)), uintptr(unsafe.Pointer(&size)))
	} else {
		got, _, errno = unix.RawSyscall6(unix.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(room)), uintptr(len(b)), 0,
			uintptr(unsafe.Pointer(from)), uintptr(unsafe.Pointer(&size)))
	}
	return int(got), errno
}

// send sends one packet to an address of so many bytes.
func send(fd uintptr, b []byte, to *address, size int) syscall.Errno {
	_, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), 0,
		uintptr(unsafe.Pointer(to)), uintptr(size))
	return errno
}
