package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// bencode writes a value as rtpengine's protocol has it: strings, lists of
// strings and dictionaries, whose keys are in order.
func bencode(value any) string {
	var b strings.Builder
	switch v := value.(type) {
	case string:
		fmt.Fprintf(&b, "%d:%s", len(v), v)
	case []string:
		b.WriteByte('l')
		for _, x := range v {
			b.WriteString(bencode(x))
		}
		b.WriteByte('e')
	case map[string]any:
		b.WriteByte('d')
		for _, k := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(bencode(k) + bencode(v[k]))
		}
		b.WriteByte('e')
	default:
		panic(fmt.Sprintf("bencode: %T", value)) // a mistake of this program's
	}
	return b.String()
}

// bdecode reads a value: a string, an int64, a list ([]any) or a dictionary
// (map[string]any).
func bdecode(text string) (value any, rest string, err error) {
	broken := fmt.Errorf("rtpengine's answer cannot be read at %.40q", text)
	if text == "" {
		return nil, "", broken
	}
	switch text[0] {
	case 'i':
		number, rest, ok := strings.Cut(text[1:], "e")
		n, err := strconv.ParseInt(number, 10, 64)
		if !ok || err != nil {
			return nil, "", broken
		}
		return n, rest, nil
	case 'l', 'd':
		return bcollect(text[0] == 'd', text[1:])
	}
	length, rest, ok := strings.Cut(text, ":")
	n, err := strconv.Atoi(length)
	if !ok || err != nil || n < 0 || n > len(rest) {
		return nil, "", broken
	}
	return rest[:n], rest[n:], nil
}

func bcollect(dictionary bool, text string) (value any, rest string, err error) {
	var all []any
	for !strings.HasPrefix(text, "e") {
		var v any
		if v, text, err = bdecode(text); err != nil {
			return nil, "", err
		}
		all = append(all, v)
	}
	if !dictionary {
		return all, text[1:], nil
	}
	d := map[string]any{}
	for i := 0; i+1 < len(all); i += 2 {
		key, ok := all[i].(string)
		if !ok {
			return nil, "", fmt.Errorf("rtpengine's answer has %v for a key", all[i])
		}
		d[key] = all[i+1]
	}
	return d, text[1:], nil
}
