package switchboard

import (
	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// record begins to record what a leg says.
func (a *actor) record(o call.Record, p *media.Port) error {
	if a.board.cfg.Recorder == nil {
		return &webtrunk.Error{Op: "record", Kind: webtrunk.Unsupported, Message: "this gateway keeps no messages: voicemail is not set up"}
	}
	mail := a.mail
	stop, err := a.board.cfg.Recorder.Record(a.call.View(), o, p, mail.put)
	if err == nil {
		a.recording = stop
	}
	return err
}

// stopRecording ends what is being recorded, if anything is.
func (a *actor) stopRecording(keep bool) {
	if a.recording != nil {
		a.recording(keep)
	}
}
