package lean

import (
	"testing"

	"webtrunk/media"
)

// Whoever is relayed can number packets twice: the second is not sent, so that
// no two packets share a keystream.
func TestNoTwoPacketsShareANumber(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	p.told(t, 7, "one")
	p.session.Send(media.Frame{PayloadType: 111, Sequence: 7, Payload: []byte("two")})
	p.told(t, 9, "three")
	p.told(t, 8, "late")
	p.session.Send(media.Frame{PayloadType: 111, Sequence: 9, Payload: []byte("four")})
	p.told(t, 10, "last")
}
