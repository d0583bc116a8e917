package store

import (
	"database/sql"
	"fmt"
	"strings"
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

// In adds the condition that a column has one of values; none allows any.
func (c *Clause) In(column string, values []string) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, value := range values {
		args[i] = value
	}
	c.Where(column+" IN (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
}

// All joins the conditions: all must hold.
func (c *Clause) All() string { return strings.Join(c.Conditions, " AND ") }
