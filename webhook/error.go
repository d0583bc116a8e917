package webhook

import "webtrunk"

func invalid(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Invalid, Message: message}
}

func forbidden(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Forbidden, Message: message}
}

func conflict(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Conflict, Message: message}
}

// unknown is the answer for what does not exist and for what is another
// account's or of the other mode: nobody learns which.
func unknown(kind, id string) error {
	return &webtrunk.Error{Op: kind, Kind: webtrunk.NotFound, Message: "There is no " + kind + " " + quoted(id) + "."}
}

// quoted shortens what somebody sent to what may be repeated to them.
func quoted(s string) string {
	if len(s) > 64 {
		s = s[:64] + "…"
	}
	return `"` + text(s, 80) + `"`
}
