package pay

import (
	"context"
	"io"
	"log/slog"
	"net/http"
)

// Seen remembers which events were taken. Once runs take unless an event of that ID has been
// taken, and remembers it if take returned nil: in one transaction with what take writes.
type Seen interface {
	Once(ctx context.Context, id string, take func(context.Context) error) (first bool, err error)
}

// A Receiver is where a provider sends its webhooks. An event that nobody signed is refused
// with 400; one that comes again is answered like the first and taken no second time, since a
// provider repeats what is answered otherwise; one that Take fails to take is asked for again.
type Receiver struct {
	Provider Provider
	Seen     Seen
	Take     func(context.Context, Event) error
	Log      *slog.Logger
}

// most is how long a webhook's body may be.
const most = 1 << 20

func (r *Receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if q.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, q.Body, most))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e, err := r.Provider.ReadWebhook(q.Header, body)
	if err != nil {
		r.Log.Warn("payments: a webhook was refused", "err", err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if err := r.take(q.Context(), e); err != nil {
		r.Log.Error("payments: a webhook was not taken, and comes again", "event", e.ID, "err", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (r *Receiver) take(ctx context.Context, e Event) error {
	if e.Kind == Other {
		return nil
	}
	first, err := r.Seen.Once(ctx, e.ID, func(ctx context.Context) error { return r.Take(ctx, e) })
	if err == nil && !first {
		r.Log.Info("payments: a webhook came again", "event", e.ID)
	}
	return err
}
