package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"webtrunk/event"
)

// sse serves a stream as Server-Sent Events (WHATWG HTML §9.2). err is the
// resync with which it ends at once, or nil.
func (f *Streams) sse(ctx context.Context, _ *Server, w http.ResponseWriter, _ *http.Request, st *stream, err error) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	h.Set("Connection", "close")     // its deadlines are the stream's
	out := &sseWire{w: w, control: http.NewResponseController(w), patience: cmp.Or(f.Patience, 10*time.Second)}
	_ = out.control.SetReadDeadline(time.Time{}) // the client says nothing more
	if end := (*event.Resync)(nil); errors.As(err, &end) {
		_ = errors.Join(out.resync(end), out.flush())
		return
	}
	f.relay(ctx, st, out)
}

// sseWire writes fields and the blank line that ends a block. A block without
// data is no event, but its id is where the client will go on.
type sseWire struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	block    bytes.Buffer
}

// hello tells the place, so that a client that is cut before its first event
// knows where it was.
func (o *sseWire) hello(place int64) error { return o.write("retry: 1000\nid: %d\n\n", place) }

func (o *sseWire) beat(place int64) error { return o.write(": heartbeat\nid: %d\n\n", place) }

func (o *sseWire) event(place int64, e event.Envelope) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return o.write("id: %d\nevent: %s\ndata: %s\n\n", place, e.Type, data)
}

// resync ends the stream. Clients come back, those of a gateway that stops not
// all at once.
func (o *sseWire) resync(end *event.Resync) error {
	data, err := json.Marshal(resyncFrame(end))
	if err != nil {
		return err
	}
	return o.write("retry: %d\nid: %d\nevent: resync\ndata: %s\n\n", 500+rand.IntN(2500), end.Place, data)
}

func (o *sseWire) refused(why string) error { return o.write(": %s\n\n", why) }

// write writes a block. A client that does not receive is given up.
func (o *sseWire) write(format string, args ...any) error {
	o.block.Reset()
	fmt.Fprintf(&o.block, format, args...)
	if err := o.control.SetWriteDeadline(time.Now().Add(o.patience)); err != nil {
		return err
	}
	_, err := o.w.Write(o.block.Bytes())
	return err
}

func (o *sseWire) flush() error { return o.control.Flush() }
