package lean

import "github.com/pion/logging"

// Quiet is pion's logger. pion warns about every packet that it cannot use,
// which a stranger can send by the thousand; what matters of a connection we
// log ourselves, with the call's ID.
type Quiet struct{}

func (Quiet) NewLogger(string) logging.LeveledLogger { return Quiet{} }

func (Quiet) Trace(string)          {}
func (Quiet) Tracef(string, ...any) {}
func (Quiet) Debug(string)          {}
func (Quiet) Debugf(string, ...any) {}
func (Quiet) Info(string)           {}
func (Quiet) Infof(string, ...any)  {}
func (Quiet) Warn(string)           {}
func (Quiet) Warnf(string, ...any)  {}
func (Quiet) Error(string)          {}
func (Quiet) Errorf(string, ...any) {}
