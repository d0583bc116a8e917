package main

import (
	"context"
	"errors"
	"time"
)

type slowCommand struct {
	Databases []string `default:"sqlite,postgres" help:"Which to disturb."`
	Calls     int      `default:"8" help:"How many calls speak all the time."`
	Seconds   int      `default:"10" help:"How long each phase lasts."`
	By        int      `default:"200" help:"How many milliseconds more a commit takes while the database is slow."`
}

// Run disturbs the database under running calls and holds the gateway to what
// it promises meanwhile.
func (c slowCommand) Run(ctx context.Context) error {
	s := newSheet()
	var broken error
	for _, kind := range c.Databases {
		d, err := c.disturb(ctx, kind)
		if err != nil {
			return err
		}
		prefix := ""
		if kind != c.Databases[0] {
			prefix = kind + "_"
		}
		d.print(s, prefix)
		broken = errors.Join(broken, d.kept())
	}
	s.print()
	return broken
}

// A disturbance is what was seen of a gateway whose database was disturbed.
type disturbance struct {
	kind    string
	phases  []phase
	refused []told          // new calls while the database was stopped
	hungUp  []time.Duration // how long hanging up took then
	back    time.Duration   // from the database's return until new calls were taken
	calls   int             // whose events were looked at
	lacking []string        // what they lacked
}

// A phase is a while in which the database was in one state.
type phase struct {
	name   string
	sound  passage
	commit time.Duration // of another client; 0 when there is none
	setup  spread        // of new calls, from pages
}

// A told is how somebody's new call was refused, and how soon.
type told struct {
	who, text string
	took      time.Duration
}
