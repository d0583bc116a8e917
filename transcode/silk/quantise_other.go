//go:build !amd64

package silk

func (w *worked) subframe(s *step, p *plan, at int) { w.subframeInGo(s, p, at) }
