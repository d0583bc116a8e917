//go:build !amd64

package silk

import "testing"

// eachWay runs f in Go, the only way there is.
func eachWay(t *testing.T, f func(t *testing.T)) { t.Run("Go", f) }
