package store

import (
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// A Row is what a query gives one at a time: *sql.Row, or *sql.Rows.
type Row interface{ Scan(dest ...any) error }

// All reads all rows of a query, given as the query returned them, and closes
// them.
func All[T any](rows *sql.Rows, err error, read func(Row) (T, error)) (all []T, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		one, err := read(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// A Clause collects the conditions of a query, and their parameters.
type Clause struct {
	Args       []any
	Conditions []string
}

// Where adds a condition; each ? in it stands for the next of args.
func (c *Clause) Where(condition string, args ...any) {
	for _, arg := range args {
		c.Args = append(c.Args, arg)
		condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(c.Args)), 1)
	}
	c.Conditions = append(c.Conditions, condition)
}

// OneOf adds the condition that a column has one of values, if there are any.
func OneOf[T ~string](c *Clause, column string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, value := range values {
		args[i] = string(value)
	}
	c.Where(column+" IN (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
}

// Behind adds that rows stand behind one in a list that has the newest first.
func (c *Clause) Behind(created time.Time, id string) {
	c.Where("(created, id) < (?, ?)", Micros(created), id)
}

// Newest is the end of a query for up to limit rows to which the conditions apply, newest first.
func (c *Clause) Newest(limit int) string {
	return c.All() + fmt.Sprintf(" ORDER BY created DESC, id DESC LIMIT %d", limit)
}

// All joins the conditions: all must hold.
func (c *Clause) All() string { return strings.Join(c.Conditions, " AND ") }
