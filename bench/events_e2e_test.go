//go:build e2e

package main

import "testing"

// Everything that `bench events` measures, for a moment: that telephones are
// answered, that each event arrives by both ways, and that each subscriber is
// told the same is checked on the way.
func TestEventsForAMoment(t *testing.T) {
	c := eventsCommand{Databases: []string{"sqlite", "postgres"}, Seconds: 1, Rate: 4, Telephones: 2, Subscribers: 3, CrowdRate: 4, Memory: t.TempDir()}
	if err := c.Run(t.Context()); err != nil {
		t.Error(err)
	}
}
