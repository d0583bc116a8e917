package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// A limit is what the gateway has logged when it began to refuse calls.
type limit map[string]string

var loggedPair = regexp.MustCompile(`(\w+)=("[^"]*"|\S+)`)

// limits reads the moments at which the gateway began to refuse calls for its load.
func (r *rig) limits() (all []limit, err error) {
	lines, err := os.ReadFile(r.lines.Name())
	for line := range strings.Lines(string(lines)) {
		if strings.Contains(line, "load: new calls are refused") {
			all = append(all, readLimit(line))
		}
	}
	return all, err
}

func readLimit(line string) limit {
	l := limit{}
	for _, pair := range loggedPair.FindAllStringSubmatch(line, -1) {
		l[pair[1]] = strings.Trim(pair[2], `"`)
	}
	return l
}

func (l limit) String() string {
	return fmt.Sprintf("with %s calls: the limit was %s (CPU %s, expected %s of %s; packets %s late, of %s; a call was taken for %s ms a second, a set-up for %s ms)",
		l["calls"], l["limit"], l["cpu"], l["cpu_expected"], l["cpu_limit"], l["lateness"], l["lateness_limit"], l["call_ms"], l["setup_ms"])
}
