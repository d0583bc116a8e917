package main

import (
	"encoding"
	"fmt"
	"math"
	"net/netip"
	"os"
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
		switch field, contents, ok := fieldFor(v, key.Value); {
		case !ok:
			d.unknown(key, v.Type(), path)
		case contents:
			d.contents(value, field, at)
		default:
			d.value(value, field, at)
		}
	}
}

// unknown notes a setting that does not exist, and which one was perhaps meant.
func (d *decoder) unknown(key *yaml.Node, t reflect.Type, path string) {
	p := Problem{Path: join(path, key.Value), Line: key.Line}
	if now, was := former[p.Path]; was {
		p.Message, p.Excuses = now.message, now.setting
	} else if near := nearest(key.Value, settings(t)); near != "" {
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

// former are settings that there were, and what is there now.
var former = map[string]struct{ setting, message string }{
	"trunk": {"trunks", "there may be several now: write trunks: and a list, with \"- \" before the first setting of each, and caller_id within identity:"},
}

// contents puts the text of the file that n names into v.
func (d *decoder) contents(n *yaml.Node, v reflect.Value, path string) {
	var file string
	before := len(d.problems)
	d.scalar(n, reflect.ValueOf(&file).Elem(), path)
	if len(d.problems) > before || file == "" {
		return
	}
	text, err := readSmall(file)
	if err != nil {
		d.wrong(n, path, fmt.Sprintf("the file cannot be read: %v", err))
		return
	}
	v.SetString(text)
}

// maxContents is more than certificates take.
const maxContents = 1 << 20

// readSmall reads a file that is one: a device or a pipe has no end.
func readSmall(file string) (string, error) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || info.Size() > maxContents:
		return "", fmt.Errorf("%s is no file of at most 1 MiB", file)
	}
	text, err := os.ReadFile(file)
	return string(text), err
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
	case *int64:
		n, err := strconv.ParseInt(s, 10, 64)
		*p = n
		if err != nil {
			return fmt.Errorf("%q is not a whole number: write it as 12000", s)
		}
		return nil
	case *float64:
		return parsed(p, s, parseFinite, "a number", "2 or 0.5")
	case *netip.Prefix:
		return (*network)(p).UnmarshalText([]byte(s))
	case encoding.TextUnmarshaler:
		return p.UnmarshalText([]byte(s))
	}
	if v.Kind() == reflect.String { // one of a few words: validate says which
		v.SetString(s)
		return nil
	}
	panic("no way to read a " + v.Type().String())
}

func parseFinite(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err == nil && (math.IsNaN(f) || math.IsInf(f, 0)) {
		err = strconv.ErrRange
	}
	return f, err
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
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// fieldFor returns the field of a setting, and whether the setting names a file
// whose contents the field holds.
func fieldFor(v reflect.Value, name string) (field reflect.Value, contents, ok bool) {
	for i := range v.NumField() {
		tag, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if tag == name && tag != "-" {
			return v.Field(i), option == "contents", true
		}
	}
	return reflect.Value{}, false, false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
