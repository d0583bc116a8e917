package signaling

import (
	"strconv"

	"webtrunk/call"
)

// source tells the page's calls from others', for limits. A visitor whom no
// site has named is its session: who opens another page is another visitor, of
// the same network.
func (s *session) source() call.Source {
	visitor := "page " + s.server.instance + " " + strconv.Itoa(s.number)
	if subject := s.grant.Context["identity.sub"]; subject != "" {
		visitor = "sub " + subject
	}
	return call.Source{Address: s.from.String(), Visitor: visitor, Widget: s.hello.Key}
}
