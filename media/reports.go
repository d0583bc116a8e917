package media

// Reports returns how often the far end has reported that it receives what we
// send. One report proves that our way to it is open.
func (c *Socket) Reports() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.far.reports
}
