package main

import (
	"encoding/csv"
	"fmt"
	"os"

	"webtrunk/bench/choir"
)

// columns are those of the table of steps, which the plot reads.
var columns = []string{"pages", "calls", "bad_pct", "p50_ms", "p99_ms", "gateway_cpu_pct", "cost_ms", "generator_cpu_pct"}

// writeSteps writes what was measured on the stairs; without a name, nowhere.
func writeSteps(name string, stairs []*staircase) error {
	if name == "" {
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	rows := [][]string{columns}
	for _, s := range stairs {
		for i := range s.steps {
			rows = append(rows, s.steps[i].row(s.kind))
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return f.Close()
}

func (m *measured) row(kind string) []string {
	all := choir.Both(m.ToPages, m.ToTelephones)
	number := func(x float64) string { return fmt.Sprintf("%.3f", x) }
	return []string{kind, fmt.Sprint(m.calls), number(m.Bad()), number(ms(all.Transit(50))), number(ms(all.Transit(99))),
		number(m.share(m.theirs)), number(m.perCallSecond(m.theirs)), number(m.share(m.own))}
}
