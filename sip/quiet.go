package sip

import (
	"context"
	"log/slog"
)

// muffled returns the logger that the library gets. The library logs whole
// packets where one cannot be parsed, digits and numbers with them, so nothing
// of its attributes is passed on: parse failures are counted, the rest is a
// bare sentence at debug level.
func (e *Edge) muffled() *slog.Logger {
	return slog.New(muffler{&e.counters, e.log.Handler()})
}

type muffler struct {
	count *counters
	next  slog.Handler
}

func (m muffler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

func (m muffler) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "failed to parse" {
		m.count.malformed.Add(1)
		return nil
	}
	if !m.next.Enabled(ctx, slog.LevelDebug) {
		return nil
	}
	return m.next.Handle(ctx, slog.NewRecord(r.Time, slog.LevelDebug, "sip library: "+r.Message, r.PC))
}

func (m muffler) WithAttrs([]slog.Attr) slog.Handler { return m }
func (m muffler) WithGroup(string) slog.Handler      { return m }
