package main

import (
	"encoding"
	"fmt"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"webtrunk"
)

// A decoder puts a YAML document into a Config. Unlike yaml.Unmarshal it goes
// on after a mistake, knows each setting's line, says in words what belongs
// there, and takes a telephone number as it is written (to YAML, +15550100101
// is an integer).
type decoder struct {
	problems Problems
	lines    map[string]int // by path
}

func (d *decoder) decode(n *yaml.Node, c *Config) { d.value(n, reflect.ValueOf(c).Elem(), "") }

// value puts n into v, the setting at path.
func (d *decoder) value(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return // "setting:" without a value leaves the default
	}
	if _, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.scalar(n, v, path)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path)
	case reflect.Struct:
		d.section(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

// section puts a mapping into a struct.
func (d *decoder) section(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, path, "here belong settings, each on a line of its own: "+strings.Join(settings(v.Type()), ", "))
		return
	}
	first := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := join(path, key.Value)
		if line, twice := first[key.Value]; twice {
			d.wrong(key, at, fmt.Sprintf("it is already given in line %d: keep one of the two", line))
			continue
		}
		first[key.Value] = key.Line
		d.lines[at] = key.Line
		if field, ok := fieldFor(v, key.Value); ok {
			d.value(value, field, at)
		} else {
			d.unknown(key, v.Type(), path)
		}
	}
}

// unknown notes a setting that does not exist, and which one was perhaps meant.
func (d *decoder) unknown(key *yaml.Node, t reflect.Type, path string) {
	p := Problem{Path: join(path, key.Value), Line: key.Line}
	if near := nearest(key.Value, settings(t)); near != "" {
		p.Message = fmt.Sprintf("there is no such setting: did you mean %q?", near)
		p.Excuses = join(path, near)
	} else {
		p.Message = "there is no such setting: here belong " + strings.Join(settings(t), ", ")
	}
	d.problems = append(d.problems, p)
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.wrong(n, path, `here belongs a list: put "- " before each entry, or write [one, two]`)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, entry := range n.Content {
		at := path + "[" + strconv.Itoa(i) + "]"
		d.lines[at] = entry.Line
		d.value(entry, v.Index(i), at)
	}
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.ScalarNode {
		d.wrong(n, path, "here belongs one value, not a list or settings")
		return
	}
	if err := setScalar(v, n.Value); err != nil {
		d.wrong(n, path, webtrunk.MessageOf(err, err.Error()))
	}
}

func (d *decoder) wrong(n *yaml.Node, path, message string) {
	d.problems = append(d.problems, Problem{Path: path, Line: n.Line, Message: message})
}

// setScalar reads one value, with an error that says what to write instead.
func setScalar(v reflect.Value, s string) error {
	switch p := v.Addr().Interface().(type) {
	case *netip.Addr:
		return parsed(p, s, netip.ParseAddr, "an IP address", "203.0.113.10")
	case *netip.AddrPort:
		return parsed(p, s, netip.ParseAddrPort, "an IP address and port", "203.0.113.10:5060")
	case *time.Duration:
		return parsed(p, s, time.ParseDuration, "a time with its unit", "45s, 30m or 4h")
	case *bool:
		*p = s == "true"
		if s != "true" && s != "false" {
			return fmt.Errorf("%q is neither true nor false: write one of the two", s)
		}
		return nil
	case *int:
		return parsed(p, s, strconv.Atoi, "a whole number", "200")
	case *uint16:
		n, err := strconv.ParseUint(s, 10, 16)
		*p = uint16(n)
		if err != nil {
			return fmt.Errorf("%q is not a port: write a number from 1 to 65535", s)
		}
		return nil
	case *string:
		*p = s
		return nil
	case encoding.TextUnmarshaler:
		return p.UnmarshalText([]byte(s))
	}
	panic("no way to read a " + v.Type().String())
}

func parsed[T any](p *T, s string, parse func(string) (T, error), what, example string) (err error) {
	if *p, err = parse(s); err != nil {
		return fmt.Errorf("%q is not %s: write it as %s", s, what, example)
	}
	return nil
}

// settings returns the names of a section's settings.
func settings(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		names = append(names, t.Field(i).Tag.Get("yaml"))
	}
	return names
}

func fieldFor(v reflect.Value, name string) (reflect.Value, bool) {
	for i, s := range settings(v.Type()) {
		if s == name {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
