// Command build writes static/dist, the files that the gateway embeds, from the
// TypeScript of static/src and the pages of static/pages. It stands outside the
// server so that the server holds no compiler; dist is committed, so building
// the server needs neither this command nor Node. The command needs what npm ci
// fetches.
//
//	go run ./static/build          # from the top of the repository
//	go run ./static/build -watch   # and again whenever a source changes
//
// Its test fails when dist is not what a fresh build gives.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	root := flag.String("root", "static", "the folder that holds src, pages and dist")
	watch := flag.Bool("watch", false, "build again whenever a source changes, until interrupted")
	flag.Parse()
	if err := rebuild(*root); err != nil {
		fmt.Fprintln(os.Stderr, err)
		if !*watch {
			os.Exit(1)
		}
	}
	if *watch {
		watchSources(*root)
	}
}

func rebuild(root string) error {
	files, err := Build(root)
	if err != nil {
		return err
	}
	return write(root, files)
}

// watchSources looks at the sources' times twice a second, which every system
// can do and which costs nothing for some thirty files.
func watchSources(root string) {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	seen := newest(root)
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-interrupted:
			return
		case <-tick.C:
		}
		now := newest(root)
		if !now.After(seen) {
			continue
		}
		seen = now
		if err := rebuild(root); err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		fmt.Println("built", now.Format(time.TimeOnly))
	}
}
