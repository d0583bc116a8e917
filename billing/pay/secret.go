package pay

import (
	"log/slog"
)

// A Secret is a key that we share with a provider. Only Reveal shows it: printed, logged or
// written as JSON it is hidden.
type Secret string

const hidden = "(hidden)"

// Reveal is the secret itself, for the request that carries it.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) String() string               { return hidden }
func (s Secret) GoString() string             { return hidden }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
