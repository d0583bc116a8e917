package load

import "time"

// Stats are what a gauge has measured last, and what it has refused.
type Stats struct {
	CPU      float64 // share of the CPUs that the process may use
	Expected float64 // the same once all calls that were let in talk
	CPUs     float64 // that the process may use
	Machine  float64 // share of the machine's, by whomever
	Call     float64 // CPUs that a call takes
	Lateness time.Duration

	Refusing bool // new calls are refused
	Loaded   bool // calls cost less where they can
	Refused  uint64
}

// Stats returns the figures as they are now.
func (g *Gauge) Stats() Stats {
	g.mu.Lock()
	defer g.mu.Unlock()
	f := &g.forecast
	call, _ := f.costs.known()
	return Stats{
		CPU: f.measured(), Expected: f.expected(0), CPUs: f.cpus, Machine: g.machine, Call: call, Lateness: g.lateness,
		Refusing: g.full.reached, Loaded: g.loaded.reached, Refused: g.refused,
	}
}
