package signaling

import "github.com/pion/logging"

// quiet is pion's logger. pion warns about every packet that it cannot use,
// which a stranger can send by the thousand; what matters of a connection we
// log ourselves, with the call's ID.
type quiet struct{}

func (quiet) NewLogger(string) logging.LeveledLogger { return quiet{} }

func (quiet) Trace(string)          {}
func (quiet) Tracef(string, ...any) {}
func (quiet) Debug(string)          {}
func (quiet) Debugf(string, ...any) {}
func (quiet) Info(string)           {}
func (quiet) Infof(string, ...any)  {}
func (quiet) Warn(string)           {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Error(string)          {}
func (quiet) Errorf(string, ...any) {}
