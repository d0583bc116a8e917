package recordings

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"webtrunk/call"
	"webtrunk/media/ogg"
	"webtrunk/store"
)

// adopt takes up what is in no list: recordings whose process died, or whose row could not
// be written.
func (l *Library) adopt(ctx context.Context) error {
	left, err := l.objects.Names("rec_")
	if err != nil {
		return err
	}
	for _, name := range left {
		id := strings.TrimSuffix(name, whole)
		known, err := l.known(ctx, id)
		if err == nil && !known {
			err = l.adoptOne(ctx, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *Library) known(ctx context.Context, id string) (is bool, err error) {
	var n int
	err = l.db.QueryRow(ctx, `SELECT count(*) FROM recordings WHERE id = $1`, id).Scan(&n)
	return n > 0, err
}

// adoptOne keeps what is there of one recording. One of which the log knows nothing, or in
// which nothing is to be heard, is removed.
func (l *Library) adoptOne(ctx context.Context, id string) error {
	r, test, err := l.begun(ctx, id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	draft, cause := l.objects.Adopt(id + whole)
	if cause != nil {
		return cause
	}
	r.Length = lengthOf(io.NewSectionReader(draft, 0, 1<<62))
	if err != nil || r.Length == 0 {
		l.log.Warn("removed what was left of a recording: nothing is known of it, or nothing is in it", "recording", id)
		return draft.Discard()
	}
	if r.Bytes, cause = draft.Keep(); cause != nil {
		return cause
	}
	r.Interrupted = true
	l.log.Warn("took up a recording that was interrupted", "recording", id, "length", r.Length)
	return l.insert(ctx, r, test, true, []story{r.ready()})
}

// begun is what the log says of a recording's beginning.
func (l *Library) begun(ctx context.Context, id string) (r Recording, test bool, err error) {
	of, _, ok := call.ParseRecordingID(id)
	if !ok {
		return r, false, sql.ErrNoRows
	}
	rows, err := l.db.Query(ctx, `SELECT account, test, at, data FROM events WHERE call_id = $1 AND type = 'recording.started'`, string(of))
	type row struct {
		Recording
		test bool
		data string
	}
	found, err := store.All(rows, err, func(from store.Row) (b row, err error) {
		var at int64
		err = from.Scan(&b.Account, &b.test, &at, &b.data)
		b.Began = store.Time(at)
		return b, err
	})
	if err != nil {
		return r, false, err
	}
	for _, b := range found {
		var told struct {
			Recording string `json:"recording"`
			Leg       struct {
				ID string `json:"id"`
			} `json:"leg"`
		}
		if json.Unmarshal([]byte(b.data), &told) == nil && told.Recording == id {
			b.ID, b.Call = id, of
			_, b.Leg, _ = call.ParseLegID(told.Leg.ID)
			return b.Recording, b.test, nil
		}
	}
	return r, false, sql.ErrNoRows
}

// lengthOf is how much of a file can be heard, 0 where it is none of ours.
func lengthOf(content io.Reader) time.Duration {
	file, err := ogg.NewReader(content)
	if err != nil {
		return 0
	}
	var granules uint64
	for {
		_, end, err := file.Next()
		if err != nil {
			return time.Duration(granules) * time.Second / ogg.Granules
		}
		granules = max(granules, end) // of a file that was cut, up to its last whole page
	}
}
