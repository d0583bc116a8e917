package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxConfig is far more than anybody writes by hand.
const maxConfig = 4 << 20

// readConfig reads and checks a configuration file. It returns Problems if
// anything in it is wrong: all of it, in the order of the file's lines.
func readConfig(file string) (Config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Config{}, Problems{{Message: fmt.Sprintf("the file cannot be read: %v", err)}}
	}
	return parseConfig(text)
}

func parseConfig(text []byte) (Config, error) {
	c := defaultConfig()
	root, problems := parseYAML(text)
	d := decoder{problems: problems, lines: make(map[string]int)}
	if root != nil {
		d.decode(root, &c)
	}
	if root != nil || len(problems) == 0 {
		c.fillIn()
		c.validate(&d.problems)
		c.checkFiles(&d.problems)
	}
	if len(d.problems) == 0 {
		return c, nil
	}
	d.locate()
	return Config{}, d.problems
}

// parseYAML returns the file's one document, nil if it is empty or no YAML.
func parseYAML(text []byte) (*yaml.Node, Problems) {
	if len(text) > maxConfig {
		return nil, Problems{{Message: "the file is larger than 4 MiB: it is hardly a configuration"}}
	}
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, Problems{syntaxProblem(err)}
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, Problems{{Line: more.Line, Message: "the file goes on after the end of its first document: remove the rest"}}
	}
	return doc.Content[0], nil
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxProblem takes the line out of the YAML parser's error text, the only
// place where it tells it.
func syntaxProblem(err error) Problem {
	p := Problem{Message: "this is not YAML: " + err.Error()}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Message = "this is not YAML: " + m[2]
	}
	return p
}

// locate gives each problem the line of its setting, or of the nearest setting
// around it that the file holds (the first line, if a whole section is
// missing), and sorts by line.
func (d *decoder) locate() {
	for i := range d.problems {
		p := &d.problems[i]
		for path := p.Path; p.Line == 0 && path != ""; {
			p.Line = d.lines[path]
			path = path[:max(0, strings.LastIndexAny(path, ".["))]
		}
		if p.Path != "" {
			p.Line = max(1, p.Line)
		}
	}
	slices.SortStableFunc(d.problems, func(a, b Problem) int { return a.Line - b.Line })
}
