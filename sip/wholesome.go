package sip

import (
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// A refusal is why a request is not carried out: the status and the header
// that says more.
type refusal struct {
	status int
	header sip.Header
}

var known = map[sip.RequestMethod]bool{
	sip.INVITE: true, sip.ACK: true, sip.CANCEL: true, sip.BYE: true, sip.OPTIONS: true, sip.INFO: true,
	sip.REGISTER: true, sip.SUBSCRIBE: true, sip.NOTIFY: true, sip.REFER: true, sip.MESSAGE: true,
	sip.PRACK: true, sip.UPDATE: true, sip.PUBLISH: true,
}

const allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE"

// wholesome returns why a request cannot be read at all, nil when it can. It
// makes up for what the library's parser lets pass: missing headers, a CSeq of
// another method, a version from the future.
func wholesome(req *sip.Request) *refusal {
	cseq := req.CSeq()
	switch {
	case req.Via() == nil || cseq == nil || req.From() == nil || req.To() == nil || req.CallID() == nil:
		return &refusal{status: sip.StatusBadRequest}
	case cseq.MethodName != req.Method && req.Method != cancelMethod,
		req.Method == cancelMethod && cseq.MethodName != sip.CANCEL,
		tagOf(req.From().Params) == "":
		return &refusal{status: sip.StatusBadRequest}
	case req.SipVersion != "SIP/2.0":
		return &refusal{status: sip.StatusVersionNotSupported}
	}
	return nil
}

// objection returns why a wholesome request is refused before its method is
// looked at (RFC 3261 §8.2), nil when it is not. options are the extensions
// that may be asked of us.
func objection(req *sip.Request, options []string) *refusal {
	switch req.Recipient.Scheme {
	case "sip", "sips", "tel", "":
	default:
		return &refusal{status: statusUnsupportedScheme} // §8.2.2.1
	}
	if m := method(req); m == sip.CANCEL || m == sip.ACK {
		return nil // §8.2.2.3: Require is ignored in these
	}
	if slices.Contains(options, replacesOption) {
		if _, _, no := replacesIn(req); no != nil {
			return no
		}
	}
	wants := slices.DeleteFunc(values(req, "Require"), func(option string) bool {
		return slices.ContainsFunc(options, func(o string) bool { return strings.EqualFold(o, option) })
	})
	if len(wants) > 0 {
		return &refusal{sip.StatusBadExtension, sip.NewHeader("Unsupported", strings.Join(wants, ", "))}
	}
	return nil
}

// values returns the elements of a comma-separated header.
func values(msg sip.Message, name string) []string {
	var all []string
	for _, h := range msg.GetHeaders(name) {
		for v := range strings.SplitSeq(h.Value(), ",") {
			if v = strings.TrimSpace(v); v != "" {
				all = append(all, v)
			}
		}
	}
	return all
}
