package api

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"webtrunk"
	"webtrunk/directory"
)

// Metadata is what an account notes on its own resources: short texts by name.
type Metadata map[string]string

// CallMetadata is what an account notes on a call. It travels with the call,
// also over a trunk, so it is as short as what a page may send along, and does
// not claim to be a fact that the gateway has checked.
type CallMetadata map[string]string

// A bound is how much metadata there may be.
type bound struct{ entries, name, value int } // names and values in characters

var (
	ofResources = bound{entries: 50, name: 40, value: 500}
	ofCalls     = bound{entries: 16, name: 32, value: 256}
)

// Schema implements huma.SchemaProvider.
func (Metadata) Schema(huma.Registry) *huma.Schema { return ofResources.schema() }

// Schema implements huma.SchemaProvider.
func (CallMetadata) Schema(huma.Registry) *huma.Schema { return ofCalls.schema() }

func (b bound) schema() *huma.Schema {
	schema := &huma.Schema{
		Type: huma.TypeObject, MaxProperties: &b.entries,
		AdditionalProperties: &huma.Schema{Type: huma.TypeString, MaxLength: &b.value},
		Description: fmt.Sprintf("Your own notes: at most %d texts of at most %d characters, under names of at most %d letters, digits, '_', '-' and '.'.",
			b.entries, b.value, b.name),
		Examples: []any{map[string]any{"order": "4711"}},
	}
	schema.AdditionalProperties.(*huma.Schema).PrecomputeMessages()
	schema.PrecomputeMessages()
	return schema
}

// checkMetadata checks all Metadata in an input as a schema cannot. It is told
// where it is as clients name it.
func checkMetadata(v reflect.Value, at string) error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return checkMetadata(v.Elem(), at)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !f.IsExported() {
				continue
			}
			if err := checkMetadata(v.Field(i), strings.Trim(at+"."+name, ".")); err != nil {
				return err
			}
		}
	case reflect.Map:
		switch m := v.Interface().(type) {
		case Metadata:
			return ofResources.check(m, at)
		case CallMetadata:
			return ofCalls.check(m, at)
		}
	}
	return nil
}

func (b bound) check(m map[string]string, at string) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if fault := b.fault(name, m[name]); fault != "" {
			return &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: at + "." + printable(name), Message: fault,
				Remedies: []string{"Keep longer texts on your side, and note their IDs here."}}
		}
	}
	return nil
}

func (b bound) fault(name, value string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
	switch {
	case name == "" || len(name) > b.name || strings.Trim(name, letters) != "":
		return fmt.Sprintf("the name of a note has 1 to %d letters, digits, '_', '-' and '.'", b.name)
	case b == ofCalls && directory.Reserved(name):
		return "a name that begins with identity., rule., transfer. or caller. is the gateway's to give, to what a signed visitor identity, a context rule, whoever hands the call on or a caller by telephone says"
	case utf8.RuneCountInString(value) > b.value || b == ofCalls && len(value) > b.value:
		return fmt.Sprintf("a note has at most %d characters", b.value)
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl):
		return "a note has no line breaks or other control characters"
	}
	return ""
}

// printable is a name as an error may repeat it.
func printable(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, name)
	if len(name) > ofResources.name {
		name = strings.ToValidUTF8(name[:ofResources.name], "")
	}
	return name
}
