package store

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"webtrunk"
)

// lockFile takes a file for this process alone. The system gives it back when
// the process ends, however it ends. The file itself stays.
func lockFile(name string) (release func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fault(webtrunk.Invalid, fmt.Sprintf("The lock file %s cannot be made. See that the user that runs the gateway may write in its folder.", name), err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder := make([]byte, 32)
		n, _ := f.ReadAt(holder, 0)
		f.Close()
		return nil, fault(webtrunk.Conflict, fmt.Sprintf("Another gateway (process %s) runs on the database %s. Stop it first, or give this one its own database.", strings.TrimSpace(string(holder[:n])), strings.TrimSuffix(name, ".lock")), nil)
	}
	if err != nil {
		f.Close()
		return nil, fault(webtrunk.Internal, fmt.Sprintf("The file %s cannot be locked. The database must be on a local disk.", name), err)
	}
	// The holder's number is for people only.
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	return func() { f.Close() }, nil
}
