package api

import "webtrunk/load"

// load tells how near the gateway is to refusing calls.
func (s samples) load(l load.Stats) {
	s.gauge("webtrunk_load_cpu_ratio", "Share that the gateway uses of the CPUs that it may use.", l.CPU)
	s.gauge("webtrunk_load_expected_cpu_ratio", "The same once every call that was let in talks.", l.Expected)
	s.gauge("webtrunk_load_machine_cpu_ratio", "Share of all CPUs of the machine that is in use, by whomever.", l.Machine)
	s.gauge("webtrunk_load_cpus", "CPUs that the gateway may use.", l.CPUs)
	s.gauge("webtrunk_load_call_cpus", "CPUs that a call takes, as estimated.", l.Call)
	s.gauge("webtrunk_load_lateness_seconds", "How late packets run: a tenth of the last second's probes were later.", l.Lateness.Seconds())
	s.gauge("webtrunk_load_refusing", "1 while new calls are refused because of the load.", one(l.Refusing))
	s.gauge("webtrunk_load_loaded", "1 while calls are made to cost less because of the load.", one(l.Loaded))
	s.count("webtrunk_load_refused_total", "Calls that were refused because of the load.", l.Refused)
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
