package archive

import (
	"context"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/store"
)

// fill writes the rows of n ended calls, and of a few that run, of half a
// minute each after the other.
func (w *world) fill(n int) {
	w.Helper()
	ctx := context.Background()
	for from := 0; from < n; from += 2000 {
		err := w.db.Tx(ctx, func(tx *store.Tx) error {
			for i := from; i < min(from+2000, n); i++ {
				if err := save(ctx, tx, filler(i), nil); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			w.Fatal(err)
		}
	}
	w.analyze()
}

// analyze has the database look at what it has, as it does by itself in time.
func (w *world) analyze() {
	if err := w.db.Tx(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(context.Background(), `ANALYZE`)
		return err
	}); err != nil {
		w.Fatal(err)
	}
}

// filler is the i-th of many calls.
func filler(i int) *row {
	created := noon.Add(time.Duration(i) * 30 * time.Second)
	answered, ended := created.Add(5*time.Second), created.Add(time.Duration(5+i%3600)*time.Second)
	r := &row{Seq: 12, Record: Record{
		ID: webtrunk.CallID(fmt.Sprintf("call_%026d", i)), Object: "call_record", Livemode: true, Account: shop, Direction: Web,
		From: fmt.Sprintf("browser:visitor_%d", i), To: fmt.Sprintf("tel:+1555%07d", i), Reference: fmt.Sprintf("ref_%d", i%50), Via: fmt.Sprintf("wgt_%d", i%7),
		Metadata: map[string]string{"order": fmt.Sprintf("order-%d", i), "shop": "berlin"},
		Status:   call.Completed, EndReason: call.Hangup, Created: created, Answered: &answered, Ended: &ended, TalkMS: ended.Sub(answered).Milliseconds(),
	}}
	switch i % 5000 {
	case 17:
		r.Status, r.EndReason = call.StatusFailed, call.NodeLost
	case 18:
		r.Status, r.EndReason, r.Ended, r.TalkMS = call.InProgress, "", nil, 0
	}
	return r
}

// plan is how the database answers a query, in one line.
func (w *world) plan(q Query) string {
	w.Helper()
	c, err := w.a.conditions(context.Background(), q)
	if err != nil {
		w.Fatal(err)
	}
	order := selected + c.All() + ` ORDER BY created DESC, id DESC LIMIT 26`
	rows, err := w.db.Query(context.Background(), "EXPLAIN QUERY PLAN "+order, c.Args...)
	if err != nil { // PostgreSQL
		rows, err = w.db.Query(context.Background(), "EXPLAIN "+order, c.Args...)
	}
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		names, err := rows.Columns()
		if err != nil {
			w.Fatal(err)
		}
		cells := make([]any, len(names))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			w.Fatal(err)
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprint(*cells[len(cells)-1].(*any))))
	}
	return strings.Join(lines, " | ")
}
