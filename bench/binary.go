package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// built builds the gateway, once, and returns where it is.
var built = sync.OnceValues(func() (binary string, err error) {
	dir, err := os.MkdirTemp("", "webtrunk-bench-binary-")
	if err != nil {
		return "", err
	}
	unbuild = func() { os.RemoveAll(dir) }
	binary = filepath.Join(dir, "gateway")
	build := exec.Command("go", "build", "-o", binary, "webtrunk/cmd/gateway")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the gateway: %w\n%s", err, out)
	}
	return binary, nil
})

// unbuild removes what built has made.
var unbuild = func() {}
