package main

import (
	"context"

	"webtrunk/archive/recordings"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/switchboard"
)

// RecordingsConfig says where recordings of calls are kept.
type RecordingsConfig struct {
	Directory string `yaml:"directory"` // this node's own; empty: no call is recorded
}

// openRecordings opens the library of recordings, if there is one. It closes when the
// switchboard has: that ends what is recorded.
func (g *gateway) openRecordings() (err error) {
	if g.cfg.Recordings.Directory == "" {
		return nil
	}
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	g.library, err = recordings.Open(ctx, g.store, recordings.Options{Directory: g.cfg.Recordings.Directory, Log: g.log})
	if err != nil {
		return setting("recordings.directory", err)
	}
	g.started.push(g.library.Wait)
	return nil
}

// taped is a library as the switchboard records by it.
type taped struct{ *recordings.Library }

// Begin implements switchboard.Recordings.
func (t taped) Begin(v call.View, o call.StartRecording, p *media.Port, failed func(string)) (switchboard.Recording, error) {
	take, err := t.Library.Begin(v, o, p, failed)
	if err != nil {
		return nil, err
	}
	return take, nil
}

// recordings is what the switchboard records by, nil where nothing can be kept.
func (g *gateway) recordings() switchboard.Recordings {
	if g.library == nil {
		return nil
	}
	return taped{g.library}
}

// recording is how a call is recorded that goes where its own way to seek consent is named,
// empty for the account's; nil where this gateway records nothing.
func (r router) recording(ctx context.Context, c call.View, own string) (*call.RecordingPolicy, error) {
	if r.library == nil {
		return nil, nil
	}
	p, err := r.library.Policy(ctx, c.Account, c.Test)
	if err != nil {
		return nil, err
	}
	policy := p.Of(own)
	return &policy, nil
}

// recordingStats is what was recorded, nil where nothing can be.
func (g *gateway) recordingStats() func() recordings.Stats {
	if g.library == nil {
		return nil
	}
	return g.library.Stats
}
