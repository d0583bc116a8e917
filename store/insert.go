package store

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"webtrunk/event"
)

// sizes are how many rows one statement inserts: few, so that PostgreSQL keeps
// them prepared; small on SQLite, whose driver takes time that grows with the
// square of the parameters, and which keeps a copy of each page that several rows
// at once change: one by one costs less for the few of a call's commit
// (BenchmarkCall).
var sizes = map[kind][]int{sqlite: {8, 1}, postgres: {64, 8, 1}}

// insert writes a row for each record.
func insert(ctx context.Context, k kind, q queryer, into string, columns int, recs []event.Record, row func(event.Record) []any) error {
	return chunks(k, len(recs), func(from, n int) error {
		args := make([]any, 0, n*columns)
		for _, r := range recs[from : from+n] {
			args = append(args, row(r)...)
		}
		_, err := q.ExecContext(ctx, `INSERT INTO `+into+` VALUES `+k.rows(n, columns), args...)
		return err
	})
}

type shape struct {
	kind       kind
	n, columns int
}

var rowLists sync.Map // from shape to text

// rows is "($1, $2), ($3, $4)" for two rows of two columns on PostgreSQL. On
// SQLite the parameters have no numbers, which its driver would look up.
func (k kind) rows(n, columns int) string {
	key := shape{k, n, columns}
	if text, ok := rowLists.Load(key); ok {
		return text.(string)
	}
	var b strings.Builder
	for i := range n * columns {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		if k == sqlite {
			b.WriteString("?")
		} else {
			b.WriteString("$" + strconv.Itoa(i+1))
		}
	}
	text := b.String() + ")"
	rowLists.Store(key, text)
	return text
}
