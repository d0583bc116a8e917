package directory

import (
	"context"
	"time"

	"webtrunk/store"
)

// shownLong is how long after its end it is remembered who showed a token: longer than
// clocks differ.
const shownLong = time.Hour

// shownBy notes which page shows a token that counts for one page alone, and refuses
// any other: a page names itself by a secret that it made up, and shows again when it
// reconnects, is loaded again or calls once more. Where the first made up none, nobody
// shows the token a second time. It counts for all gateways with this database, and
// outlives them.
func (d *Directory) shownBy(ctx context.Context, token, page string, until time.Time, refusal error) error {
	token = hashOf(token)
	if page != "" {
		page = hashOf(page)
	}
	taken := false
	err := d.db.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM shown_tokens WHERE expires < $1`, store.Micros(d.now().Add(-shownLong))); err != nil {
			return err
		}
		first, err := tx.Exec(ctx, `INSERT INTO shown_tokens (token, page, expires) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, token, page, store.Micros(until))
		if err != nil || first > 0 {
			taken = false
			return err
		}
		var before string
		err = tx.QueryRow(ctx, `SELECT page FROM shown_tokens WHERE token = $1`, token).Scan(&before)
		taken = page == "" || page != before
		return err
	})
	if err == nil && taken {
		return refusal
	}
	return Unavailable("token", err)
}
