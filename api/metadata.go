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
)

// Metadata is what an account notes on its own resources: up to 50 short texts
// by name. It may travel with a call, so it holds no control characters.
type Metadata map[string]string

const (
	maxMetadata      = 50
	maxMetadataName  = 40
	maxMetadataValue = 500
)

// Schema implements huma.SchemaProvider.
func (Metadata) Schema(huma.Registry) *huma.Schema {
	most, longest := maxMetadata, maxMetadataValue
	schema := &huma.Schema{
		Type: huma.TypeObject, MaxProperties: &most,
		AdditionalProperties: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
		Description:          "Your own notes: at most 50 texts of at most 500 characters, under names of at most 40 letters, digits, '_', '-' and '.'.",
		Examples:             []any{map[string]any{"order": "4711"}},
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
		if m, ok := v.Interface().(Metadata); ok {
			return m.check(at)
		}
	}
	return nil
}

func (m Metadata) check(at string) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if fault := metadataFault(name, m[name]); fault != "" {
			return &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: at + "." + printable(name), Message: fault,
				Remedies: []string{"Keep longer texts on your side, and note their IDs here."}}
		}
	}
	return nil
}

func metadataFault(name, value string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
	switch {
	case name == "" || len(name) > maxMetadataName || strings.Trim(name, letters) != "":
		return fmt.Sprintf("the name of a note has 1 to %d letters, digits, '_', '-' and '.'", maxMetadataName)
	case utf8.RuneCountInString(value) > maxMetadataValue:
		return fmt.Sprintf("a note has at most %d characters", maxMetadataValue)
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
	if len(name) > maxMetadataName {
		name = strings.ToValidUTF8(name[:maxMetadataName], "")
	}
	return name
}
