package main

import (
	"context"

	"webtrunk/archive"
	"webtrunk/archive/voicemail"
	"webtrunk/switchboard"
	"webtrunk/webhook"
)

// VoicemailConfig says where messages are kept that callers leave.
type VoicemailConfig struct {
	Directory string `yaml:"directory"` // this node's own; empty: none can be left
}

// openVoicemail opens the mailboxes, if there are any. They close when the
// switchboard has: it stops what is recorded.
func (g *gateway) openVoicemail() (err error) {
	if g.cfg.Voicemail.Directory == "" {
		return nil
	}
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	g.mailboxes, err = voicemail.Open(ctx, g.store, voicemail.Options{Directory: g.cfg.Voicemail.Directory, Log: g.log})
	if err != nil {
		return setting("voicemail.directory", err)
	}
	g.started.push(g.mailboxes.Wait)
	return nil
}

// recorder is what the switchboard records with, nil where nothing can be kept.
func (g *gateway) recorder() switchboard.Recorder {
	if g.mailboxes == nil {
		return nil
	}
	return g.mailboxes
}

// keepers are who else keeps something of calls.
func (g *gateway) keepers() []archive.Keeper {
	all := []archive.Keeper{answers{webhook.Deliveries{DB: g.store}}, promises{g}, waits{g}, chats{g, archive.Transcripts}, chats{g, archive.Records},
		posted{g, archive.Identity}, posted{g, archive.Transcripts}, posted{g, archive.Records}}
	if g.mailboxes != nil {
		all = append(all, g.mailboxes)
	}
	if g.files != nil {
		all = append(all, attached{g.files, archive.Transcripts}, attached{g.files, archive.Records})
	}
	if g.library != nil {
		all = append(all, g.library)
	}
	return all
}
