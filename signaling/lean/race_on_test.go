//go:build race

package lean

// raced says that the race detector watches. It makes a sync.Pool, such as the
// one inside pion/srtp's AES-CM, forget on purpose.
const raced = true
