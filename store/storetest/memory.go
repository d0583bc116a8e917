package storetest

import (
	"os"
	"syscall"
	"testing"
)

// room is what a machine's memory must have free to hold tests' databases.
const room = 1 << 30

// memory is a folder in the machine's memory, "" where there is none. What is
// written there outlives a killed process, as on a disk, but no loss of power,
// which no test causes; and no test waits for the disk that all tests share.
func memory() string {
	const dir = "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < room {
		return ""
	}
	return dir
}

// tempDir is a folder in memory that goes with the test; for a benchmark, which
// measures the disk too, it is not in memory.
func tempDir(t testing.TB) string {
	t.Helper()
	if measures(t) {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory(), "webtrunk-sqlite-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func measures(t testing.TB) bool {
	_, is := t.(*testing.B)
	return is
}
