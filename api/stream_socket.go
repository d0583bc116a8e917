package api

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk"
	"webtrunk/event"
)

// The frames of the WebSocket, all from the gateway to the client.
type (
	// helloFrame is the first.
	helloFrame struct {
		Type  string `json:"type" enum:"hello"`
		After int64  `json:"after" doc:"The place behind which the events begin."`
	}
	// eventFrame is one event.
	eventFrame struct {
		Type  string `json:"type" enum:"event"`
		Place int64  `json:"place" doc:"To be sent as after when connecting again: the event's seq, or, with scope=gateway, its position in the whole log."`
		Event Event  `json:"event"`
	}
	// endFrame is the last.
	endFrame struct {
		Type    string       `json:"type" enum:"resync"`
		Reason  event.Reason `json:"reason" enum:"too_slow,too_old,stopping" doc:"too_slow: you read too slowly. stopping: the gateway stops. too_old: events before after are no longer kept; fetch the present state."`
		After   int64        `json:"after" doc:"From where to go on."`
		Message string       `json:"message" doc:"What happened and what to do, in a sentence."`
	}
)

func resyncFrame(end *event.Resync) endFrame {
	return endFrame{"resync", end.Reason, end.Place, sentence(end.Error())}
}

// CloseRevoked is the WebSocket's close code when the key or login is no longer
// valid; connecting again needs another one.
const CloseRevoked = 4401

// socket serves a stream over a WebSocket. err is the resync with which it ends
// at once, or nil.
func (f *Streams) socket(ctx context.Context, s *Server, w http.ResponseWriter, r *http.Request, st *stream, err error) {
	up := websocket.Upgrader{
		HandshakeTimeout: cmp.Or(f.Patience, 10*time.Second),
		CheckOrigin:      func(*http.Request) bool { return true }, // checked below, with an answer in words
		Error: func(w http.ResponseWriter, r *http.Request, status int, reason error) {
			s.Fail(w, r, &Problem{Status: status, Kind: webtrunk.Invalid, Code: "not_a_websocket", Message: "This is for WebSockets: " + reason.Error() + ".",
				Remedies: []string{"Connect with a WebSocket client.", "Follow /v1/events/stream, which is plain HTTP."}})
		},
	}
	if r.Header.Get("Origin") != "" && !sameOrigin(r) || r.Header.Get("Origin") == "" && r.Header.Get("Authorization") == "" {
		s.Fail(w, r, &Problem{Kind: webtrunk.Forbidden, Code: "foreign_origin", Message: "This came from a page of another site, which may not act with your login.",
			Remedies: []string{"Use the gateway's own pages, or an API key from a server."}})
		return
	}
	conn, failed := up.Upgrade(hijackable{w}, r, nil)
	if failed != nil {
		return // Error has answered
	}
	out := &socketWire{conn: conn, patience: cmp.Or(f.Patience, 10*time.Second), code: websocket.CloseNormalClosure}
	ctx, cancel := context.WithCancel(ctx)
	var reader sync.WaitGroup
	reader.Go(func() { defer cancel(); out.listen(2*cmp.Or(f.Heartbeat, 15*time.Second) + out.patience) })
	if end := (*event.Resync)(nil); errors.As(err, &end) {
		_ = out.resync(end)
	} else {
		f.relay(ctx, st, out)
	}
	out.close(&reader)
}

// hijackable lets the WebSocket take over a connection that is wrapped.
type hijackable struct{ http.ResponseWriter }

func (h hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(h.ResponseWriter).Hijack()
}

// A socketWire writes frames. Its reader answers pings and notes a client that
// leaves or falls silent.
type socketWire struct {
	conn     *websocket.Conn
	patience time.Duration
	code     int // with which it closes
	reason   string
}

// listen returns when the client has left. Clients have nothing to say.
func (o *socketWire) listen(silence time.Duration) {
	alive := func(string) error { return o.conn.SetReadDeadline(time.Now().Add(silence)) }
	o.conn.SetReadLimit(1024)
	o.conn.SetPongHandler(alive)
	_ = alive("")
	if _, _, err := o.conn.NextReader(); err == nil {
		_ = o.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseUnsupportedData, "Clients send nothing: what to follow is said in the address."), time.Now().Add(time.Second))
	}
}

func (o *socketWire) hello(place int64) error { return o.send(helloFrame{"hello", place}) }

func (o *socketWire) event(place int64, e event.Envelope) error {
	return o.send(eventFrame{"event", place, Event(e)})
}

func (o *socketWire) beat(int64) error {
	return o.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(o.patience))
}

func (o *socketWire) resync(end *event.Resync) error {
	o.code, o.reason = websocket.CloseTryAgainLater, string(end.Reason)
	if end.Reason == event.Stopping {
		o.code = websocket.CloseServiceRestart
	}
	return o.send(resyncFrame(end))
}

func (o *socketWire) refused(why string) error {
	o.code, o.reason = CloseRevoked, why[:min(len(why), 120)] // a close frame has room for 123 bytes
	return nil
}

func (o *socketWire) send(frame any) error {
	if err := o.conn.SetWriteDeadline(time.Now().Add(o.patience)); err != nil {
		return err
	}
	return o.conn.WriteJSON(frame)
}

func (o *socketWire) flush() error { return nil }

// close says goodbye and gives the client a second to do so, too: a connection
// that is closed at once may lose what was written last.
func (o *socketWire) close(reader *sync.WaitGroup) {
	_ = o.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(o.code, o.reason), time.Now().Add(time.Second))
	late := time.AfterFunc(time.Second, func() { o.conn.Close() })
	reader.Wait()
	late.Stop()
	o.conn.Close()
}
