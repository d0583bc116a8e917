package dispatch

import "time"

// Seconds is a length of time as people set it.
type Seconds int

// Duration returns it as Go has it.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }
