package main

import (
	"context"
	"fmt"
	"path/filepath"

	"webtrunk/store"
)

type backupCommand struct {
	Config string `required:"" help:"The configuration that names the database." placeholder:"FILE"`
	File   string `arg:"" help:"The file to write. It must not exist." placeholder:"FILE"`
}

// Run copies the database as it is at this moment. The gateway may run, also one
// of another version.
func (c backupCommand) Run(t *terminal) error {
	cfg, err := readConfig(c.Config)
	if err != nil {
		return explain(c.Config, err)
	}
	ctx, cancel := t.untilStopped()
	defer cancel()
	file, err := filepath.Abs(c.File) // the gateway may start elsewhere
	if err != nil {
		return err
	}
	if err := store.Backup(ctx, cfg.Database, file); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%s is a copy of the database. To go back to it, stop the gateway and set database to sqlite:%s.\n", file, file)
	return nil
}

// untilStopped returns a context that ends when the person stops the command.
func (t *terminal) untilStopped() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select {
		case <-t.signals:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
