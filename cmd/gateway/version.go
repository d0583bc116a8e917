package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the release build with -ldflags "-X main.version=1.2.3".
var version string

type versionCommand struct{}

// Run prints what this binary is.
func (versionCommand) Run(t *terminal) error {
	_, err := fmt.Fprintf(t.out, "webtrunk gateway %s (%s, %s/%s)\n", versionName(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// versionName is the release's name, else the commit that Go recorded.
func versionName() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "commit " + s.Value[:min(12, len(s.Value))]
		}
	}
	if v := info.Main.Version; v != "" {
		return v
	}
	return "unknown"
}
