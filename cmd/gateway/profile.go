//go:build profile

package main

import (
	"fmt"
	"net/http"
	_ "net/http/pprof" // serves /debug/pprof
	"os"
	"runtime/debug"
)

// A gateway built with -tags profile lets itself be looked into at the address
// in WEBTRUNK_PROFILE: `go run ./bench cost --profile FILE` does so. What ships
// has none of this.
func init() {
	at := os.Getenv("WEBTRUNK_PROFILE")
	if at == "" {
		return
	}
	http.HandleFunc("GET /debug/pprof/tidy", func(http.ResponseWriter, *http.Request) { tidy() })
	go func() { fmt.Fprintln(os.Stderr, "profile:", http.ListenAndServe(at, nil)) }() // to the end of the process
}

// tidy gives back to the system what nobody uses, so that the resident set is
// what is in use. What lies in a pool is dropped by the second collection.
func tidy() {
	debug.FreeOSMemory()
	debug.FreeOSMemory()
}
