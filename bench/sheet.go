package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A sheet is what a command prints: rows for people, then pairs for programs.
type sheet struct {
	table *tabwriter.Writer
	pairs []string
}

// newSheet begins with what is measured.
func newSheet() *sheet {
	fmt.Println(versions())
	return &sheet{table: tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)}
}

// head begins a part with the names of its columns.
func (s *sheet) head(columns ...string) {
	s.table.Flush()
	fmt.Fprintf(s.table, "\n%s\n", strings.Join(columns, "\t"))
}

// row adds a line. It is printed with its part.
func (s *sheet) row(cells ...any) {
	var text []string
	for _, c := range cells {
		text = append(text, fmt.Sprint(c))
	}
	fmt.Fprintln(s.table, strings.Join(text, "\t"))
}

// say prints a sentence between two parts.
func (s *sheet) say(format string, args ...any) {
	s.table.Flush()
	fmt.Printf(format+"\n", args...)
}

// pair notes a figure for programs.
func (s *sheet) pair(key, format string, value any) {
	s.pairs = append(s.pairs, key+"="+fmt.Sprintf(format, value))
}

// print ends the sheet.
func (s *sheet) print() {
	s.table.Flush()
	fmt.Println()
	for _, p := range s.pairs {
		fmt.Println(p)
	}
}

// A spread is how long many things took.
type spread struct {
	count             int
	p50, p99, longest time.Duration
}

func spreadOf(took []time.Duration) spread {
	slices.Sort(took)
	return spread{len(took), at(took, 50), at(took, 99), at(took, 100)}
}
