package browser

import (
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// A bidi speaks WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/) with one
// browser, for as many tests as want it.
type bidi struct {
	socket  *websocket.Conn
	reading sync.WaitGroup

	hand sync.Mutex // who has the mouse: a machine has one

	mu    sync.Mutex
	last  int
	asked map[int]chan heard      // by the number of the command
	told  map[string]func(string) // what a context writes to its console
	lost  error
}

// heard is any message of the browser's: an answer to a command, or an event.
type heard struct {
	ID      *int            `json:"id"`
	Type    string          `json:"type"` // success, error or event
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  struct {
		Level  string `json:"level"`
		Text   string `json:"text"`
		Source struct {
			Context string `json:"context"`
		} `json:"source"`
	} `json:"params"`
}

// dialBidi connects to the browser that listens at an address.
func dialBidi(address string, dial func(network, address string) (net.Conn, error)) (*bidi, error) {
	dialer := websocket.Dialer{NetDial: dial, HandshakeTimeout: Patience}
	socket, _, err := dialer.Dial("ws://"+address+"/session", nil)
	if err != nil {
		return nil, err
	}
	b := &bidi{socket: socket, asked: map[int]chan heard{}, told: map[string]func(string){}}
	b.reading.Go(b.read)
	return b, nil
}

// close ends the connection, and with it the browser's session.
func (b *bidi) close() {
	b.socket.Close()
	b.reading.Wait()
}

func (b *bidi) read() {
	for {
		var h heard
		if err := b.socket.ReadJSON(&h); err != nil {
			b.forsake(err)
			return
		}
		b.take(h)
	}
}

func (b *bidi) take(h heard) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if h.ID != nil {
		if waiting := b.asked[*h.ID]; waiting != nil {
			waiting <- h
			delete(b.asked, *h.ID)
		}
		return
	}
	if tell := b.told[h.Params.Source.Context]; h.Method == "log.entryAdded" && tell != nil {
		tell(h.Params.Level + ": " + h.Params.Text)
	}
}

// forsake answers whoever still waits when the browser has gone.
func (b *bidi) forsake(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lost = fmt.Errorf("the browser has gone: %w", err)
	for id, waiting := range b.asked {
		waiting <- heard{Type: "error", Message: b.lost.Error()}
		delete(b.asked, id)
	}
}

// listen has what a context writes to its console told.
func (b *bidi) listen(context string, tell func(string)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told[context] = tell
}

func (b *bidi) unlisten(context string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.told, context)
}

// send sends a command; its answer arrives where it says.
func (b *bidi) send(method string, params any) (<-chan heard, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lost != nil {
		return nil, b.lost
	}
	b.last++
	answer := make(chan heard, 1)
	b.asked[b.last] = answer
	return answer, b.socket.WriteJSON(map[string]any{"id": b.last, "method": method, "params": params})
}

// A bidiError is the browser's refusal of a command.
type bidiError struct{ method, code, message string }

func (e bidiError) Error() string { return e.method + ": " + e.code + ": " + e.message }

// params of a command.
type params = map[string]any

// command has the browser do something. result may be nil.
func (b *bidi) command(method string, p params, result any) error {
	answer, err := b.send(method, p)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case h := <-answer:
		if h.Type != "success" {
			return bidiError{method, h.Error, h.Message}
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(h.Result, result)
	case <-time.After(2 * Patience):
		return fmt.Errorf("%s: no answer", method)
	}
}
