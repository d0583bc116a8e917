package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
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
	return &huma.Schema{
		Type: huma.TypeObject, MaxProperties: &most,
		AdditionalProperties: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
		Description:          "Your own notes: at most 50 texts of at most 500 characters, under names of at most 40 letters, digits, '_', '-' and '.'.",
		Examples:             []any{map[string]any{"order": "4711"}},
	}
}

// Resolve implements huma.ResolverWithPath: it checks what a schema cannot.
func (m *Metadata) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	for _, name := range slices.Sorted(maps.Keys(*m)) {
		if fault := metadataFault(name, (*m)[name]); fault != "" {
			return []error{&huma.ErrorDetail{Location: at.With(printable(name)), Message: fault}}
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
