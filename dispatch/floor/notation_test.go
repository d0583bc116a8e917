package floor

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"

	"webtrunk"
)

// The notation of transcripts: the time since the start, a name, then fields as
// key=value: "> 20s enter id=c1 queue=support needs=french:5+german:2". Fields of
// a row stand beside its input's own; empty ones are left out.

var inputs = byName(
	SetQueue{}, DropQueue{}, SetAgent{}, DropAgent{}, Came{}, Went{}, Choose{}, Done{}, Began{}, Ended{},
	Enter{}, Leave{}, Send{}, Give{}, CallBack{}, Stay{}, Accepted{}, Declined{}, TimedOut{}, Unreached{}, Tick{},
)

func byName(ins ...Input) map[string]reflect.Type {
	m := map[string]reflect.Type{}
	for _, in := range ins {
		m[snake(reflect.TypeOf(in).Name())] = reflect.TypeOf(in)
	}
	return m
}

// start is the moment that transcripts count from.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func parseInput(line string) (time.Time, Input, error) {
	words := strings.Fields(line)
	if len(words) < 2 {
		return start, nil, fmt.Errorf("want a time and an input")
	}
	after, err := time.ParseDuration(words[0])
	if err != nil {
		return start, nil, err
	}
	typ, ok := inputs[words[1]]
	if !ok {
		return start, nil, fmt.Errorf("no input is called %q", words[1])
	}
	v := reflect.New(typ).Elem()
	for _, w := range words[2:] {
		key, value, _ := strings.Cut(w, "=")
		if !set(v, key, value) {
			return start, nil, fmt.Errorf("%s has no field %s, or it is not a %q", words[1], key, value)
		}
	}
	return start.Add(after), v.Interface().(Input), nil
}

func set(v reflect.Value, key, value string) bool {
	for i := range v.NumField() {
		f := v.Field(i)
		if snake(v.Type().Field(i).Name) == key && f.Kind() != reflect.Struct {
			return assign(f, value) == nil
		}
		switch f.Interface().(type) {
		case Queue, Agent, Entry:
			if set(f, key, value) {
				return true
			}
		}
	}
	return false
}

func assign(f reflect.Value, value string) (err error) {
	if f.Type() == reflect.TypeFor[Hours]() {
		f.Set(reflect.ValueOf(parseShift(value)))
		return nil
	}
	switch f.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(value)
		f.SetInt(int64(d))
		return err
	case []string:
		f.Set(reflect.ValueOf(strings.Split(value, "+")))
	case map[string]int:
		m := map[string]int{}
		for pair := range strings.SplitSeq(value, "+") {
			skill, level, _ := strings.Cut(pair, ":")
			m[skill], err = strconv.Atoi(level)
		}
		f.Set(reflect.ValueOf(m))
	case []Overflow:
		var all []Overflow
		for pair := range strings.SplitSeq(value, "+") {
			after, queue, _ := strings.Cut(pair, ":")
			d, parse := time.ParseDuration(after)
			all, err = append(all, Overflow{After: d, Queue: queue}), parse
		}
		f.Set(reflect.ValueOf(all))
	case []Relax:
		var all []Relax
		for pair := range strings.SplitSeq(value, "+") {
			after, by, _ := strings.Cut(pair, ":")
			d, _ := time.ParseDuration(after)
			n, parse := strconv.Atoi(by)
			all, err = append(all, Relax{After: d, By: n}), parse
		}
		f.Set(reflect.ValueOf(all))
	default:
		return assignPlain(f, value)
	}
	return err
}

func assignPlain(f reflect.Value, value string) error {
	switch f.Kind() {
	case reflect.String:
		f.SetString(value)
	case reflect.Int:
		n, err := strconv.Atoi(value)
		f.SetInt(int64(n))
		return err
	case reflect.Bool:
		f.SetBool(value == "true")
	default:
		return fmt.Errorf("cannot read a %s", f.Type())
	}
	return nil
}

// A shift is opening hours of one day: open from a time since the start to another.
type shift struct{ from, to time.Duration }

// parseShift reads "10s-2m".
func parseShift(value string) (s shift) {
	from, to, _ := strings.Cut(value, "-")
	s.from, _ = time.ParseDuration(from)
	s.to, _ = time.ParseDuration(to)
	return s
}

// Open implements Hours.
func (s shift) Open(now time.Time) (open bool, until time.Time) {
	switch at := now.Sub(start); {
	case at < s.from:
		return false, start.Add(s.from)
	case at < s.to:
		return true, start.Add(s.to)
	}
	return false, time.Time{}
}

// write writes an output: orders are indented.
func write(o Output) string {
	v := reflect.ValueOf(o)
	line := snake(v.Type().Name())
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			line += " " + snake(v.Type().Field(i).Name) + "=" + field(f)
		}
	}
	switch o.(type) {
	case Joined, Moved, Left, Settled, Became:
		return line
	}
	return "  -> " + line
}

func field(f reflect.Value) string {
	switch x := f.Interface().(type) {
	case time.Time:
		return x.Sub(start).String()
	case []string:
		return strings.Join(x, "+")
	case webtrunk.CallID:
		return string(x)
	}
	return fmt.Sprint(f.Interface())
}

// snake turns MaxWait into max_wait.
func snake(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(rs[i-1]) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
