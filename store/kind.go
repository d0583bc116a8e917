package store

import (
	"regexp"
	"sync"
)

// A kind is one of the two databases that a DB may be.
type kind uint8

const (
	sqlite kind = iota
	postgres
)

var (
	parameter = regexp.MustCompile(`\$(\d+)`)
	rewritten sync.Map // from a query as written to the same as SQLite reads it
)

// dialect writes a statement as the database at hand reads it.
func (k kind) dialect(query string) string {
	if k == postgres {
		return query
	}
	if q, ok := rewritten.Load(query); ok {
		return q.(string)
	}
	q := parameter.ReplaceAllString(query, "?$1")
	rewritten.Store(query, q)
	return q
}

// list is the table of the strings in the JSON array $1, its column x.value.
func (k kind) list() string {
	if k == postgres {
		return `json_array_elements_text($1::json) AS x(value)`
	}
	return `json_each($1) AS x`
}
