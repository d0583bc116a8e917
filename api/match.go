package api

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"webtrunk"
)

// A Versioned is an answer that says which version of a resource it shows. Who
// changes the resource may name the version, and changes no other.
type Versioned[T any] struct {
	ETag string `header:"ETag" doc:"Which version this is. Send it as If-Match, and you change this version or none."`
	Body T
}

// versioned shows a resource as it was when it was last changed; what the
// configuration says has no versions.
func versioned[T any](body T, updated time.Time) *Versioned[T] {
	return &Versioned[T]{ETag: tagOf(updated), Body: body}
}

// tagOf is the entity tag of a version (RFC 9110 §8.8.3). It tells apart what
// people have set, and not how a resource fares: an agent who picks up the
// telephone is still the one whose skills somebody is about to change.
func tagOf(updated time.Time) string {
	if updated.IsZero() {
		return ""
	}
	return `"` + strconv.FormatInt(updated.UnixMicro(), 36) + `"`
}

// IfMatch is the condition that inputs of changes embed.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"1000" doc:"The ETag of the version that you have read: if somebody has changed it since, nothing happens and the answer is 412."`
}

// unchanged refuses to change another version than the one that is named (RFC
// 9110 §13.1.1). It is asked within the change, so that of two at once one
// learns of the other.
func (m IfMatch) unchanged(updated time.Time) error {
	if m.IfMatch == "" || strings.TrimSpace(m.IfMatch) == "*" {
		return nil
	}
	for tag := range strings.SplitSeq(m.IfMatch, ",") { // ours have no comma in them
		if strings.TrimSpace(tag) == tagOf(updated) {
			return nil
		}
	}
	const message = "Somebody else has changed this since you read it. Nothing was changed now."
	return &Problem{Kind: webtrunk.Conflict, Status: http.StatusPreconditionFailed, Code: "changed_meanwhile", Param: "If-Match", Message: message,
		Remedies: []string{"Get it again, decide with what it is now, and send the change with the new ETag."},
		Err:      &webtrunk.Error{Op: "match", Kind: webtrunk.Conflict, Message: message}}
}

// conditional reports whether a route's input has the condition.
func conditional(in reflect.Type) bool {
	f, has := in.FieldByName("IfMatch")
	return has && f.Anonymous
}

// heed refuses a condition that nobody would ask: whoever sends one relies on it.
func (s *Server) heed(rt *Route, _ http.ResponseWriter, r *http.Request) error {
	if !rt.Writes() || r.Header.Get("If-Match") == "" || conditional(rt.In) {
		return nil
	}
	return &Problem{Kind: webtrunk.Invalid, Code: "parameter_unknown", Param: "If-Match", Message: "If-Match does not count for this request.",
		Remedies: []string{"Leave it out. It counts where a resource that has an ETag is changed, with POST to its address."}}
}
