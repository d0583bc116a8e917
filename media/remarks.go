package media

import "time"

// What one leg may have said on of the pictures that it sees: so many remarks at
// once, and so many a second. A browser that loses packets makes a few dozen; one
// RTCP packet holds ninety, and each that is passed on costs a packet of its own.
const (
	remarksAtOnce   = 100
	remarksInterval = time.Second / 100
)

// Remarks count what a leg says of pictures.
type remarks struct{ allowance }

// take reports whether one more may be passed on.
func (r *remarks) take(now time.Time) bool {
	return r.allowance.take(now, remarksInterval, remarksAtOnce)
}
