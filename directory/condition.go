package directory

import "time"

// A Condition is asked within a change, when what is to change was last changed
// before: its error is the change's, which then has not happened. Nil sets none.
type Condition func(updated time.Time) error

func (c Condition) holds(updated time.Time) error {
	if c == nil {
		return nil
	}
	return c(updated)
}
