package e2e

import (
	"testing"

	"webtrunk/e2e/program"
)

// freePort returns an even port of loopback, for whatever must be told its ports.
func freePort(t *testing.T) uint16 {
	t.Helper()
	return program.FreePort(t, loopback)
}
