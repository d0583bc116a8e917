package main

import (
	"context"
	"fmt"

	"webtrunk/store"
)

type backupCommand struct {
	Config string `required:"" help:"The configuration that names the database." placeholder:"FILE"`
	File   string `arg:"" help:"The file to write. It must not exist." placeholder:"FILE"`
}

// Run copies the database as it is at this moment. The gateway may run.
func (c backupCommand) Run(t *terminal) error {
	cfg, err := readConfig(c.Config)
	if err != nil {
		return explain(c.Config, err)
	}
	ctx, cancel := t.untilStopped()
	defer cancel()
	db, err := store.Open(ctx, cfg.Database, store.Options{})
	if err != nil {
		return setting("database", err)
	}
	defer db.Close()
	if err := db.Backup(ctx, c.File); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%s is a copy of the database. To go back to it, stop the gateway and set database to sqlite:%s.\n", c.File, c.File)
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
