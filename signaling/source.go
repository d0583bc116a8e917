package signaling

import (
	"strconv"

	"webtrunk/call"
)

// source tells the page's calls from others', for limits. A visitor whom no
// site has named is its session: who opens another page is another visitor, of
// the same network. Who works for the account is limited by name, as a key is:
// an office full of them calls from one network.
func (s *session) source() call.Source {
	if s.grant.Hands {
		return call.Source{}
	}
	visitor := "page " + s.server.instance + " " + strconv.Itoa(s.number)
	if subject := s.grant.Context["identity.sub"]; subject != "" {
		visitor = "sub " + subject
	}
	return call.Source{Address: s.from.String(), Visitor: visitor, Widget: s.hello.Key}
}
