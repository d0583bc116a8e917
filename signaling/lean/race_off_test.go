//go:build !race

package lean

const raced = false
