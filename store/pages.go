package store

import (
	"sync"

	"modernc.org/libc"
)

// keepPages has SQLite's allocator keep the memory that it works with. It takes 64
// KiB from the system for blocks of each size, a power of two, and gives them back
// as soon as none of them is in use: several times in each commit. One block of each
// size that is never given back keeps them, less than a megabyte in all.
var keepPages = sync.OnceFunc(func() {
	const smallest, largest = 16, 16 << 10 // beyond, each block has memory of its own
	tls := libc.NewTLS()
	defer tls.Close()
	for size := libc.Tsize_t(smallest); size <= largest; size *= 2 {
		libc.Xmalloc(tls, size)
	}
})
