package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// libraries are those on which figures depend most.
var libraries = []string{"github.com/pion/webrtc/v4", "github.com/pion/dtls/v3", "github.com/pion/srtp/v3", "github.com/thesyncim/gopus"}

// versions says of what the figures of a sheet are: Go, the system, and the libraries.
func versions() string {
	parts := []string{runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH}
	if kernel, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		parts = append(parts, "kernel "+strings.TrimSpace(string(kernel)))
	}
	build, _ := debug.ReadBuildInfo()
	for _, name := range libraries {
		for _, library := range build.Deps {
			if library.Path == name {
				parts = append(parts, strings.TrimPrefix(name, "github.com/")+" "+library.Version)
			}
		}
	}
	return strings.Join(parts, ", ")
}
