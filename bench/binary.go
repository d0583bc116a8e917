package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
)

// profiled says that gateways are to let themselves be looked into.
var profiled bool

// built returns where the gateway is that is wanted. Each kind is built once.
func built() (binary string, err error) {
	if profiled {
		return withProfile()
	}
	return asShipped()
}

var (
	asShipped   = sync.OnceValues(func() (string, error) { return build() })
	withProfile = sync.OnceValues(func() (string, error) { return build("-tags", "profile") })
)

func build(flags ...string) (binary string, err error) {
	dir, err := os.MkdirTemp("", "webtrunk-bench-binary-")
	if err != nil {
		return "", err
	}
	made = append(made, dir)
	binary = filepath.Join(dir, "gateway")
	compile := exec.Command("go", slices.Concat([]string{"build", "-o", binary}, flags, []string{"webtrunk/cmd/gateway"})...)
	compile.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := compile.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the gateway: %w\n%s", err, out)
	}
	return binary, nil
}

var made []string // directories

// unbuild removes what was built.
func unbuild() {
	for _, dir := range made {
		_ = os.RemoveAll(dir) // it is in the system's own place for such things
	}
}
