package floor_test

import (
	"fmt"
	"time"

	"webtrunk/dispatch/floor"
)

// A caller comes to a queue with one agent, who is there.
func ExampleFloor() {
	var f floor.Floor
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	f.Step(now, floor.SetQueue{Queue: floor.Queue{ID: "support"}})
	f.Step(now, floor.SetAgent{Agent: floor.Agent{ID: "anna", Queues: []string{"support"}}})
	f.Step(now, floor.Came{Agent: "anna"})
	f.Step(now, floor.Choose{Agent: "anna", Presence: floor.Available})
	for _, o := range f.Step(now, floor.Enter{Entry: floor.Entry{ID: "call_1", Queue: "support"}}) {
		if ring, ok := o.(floor.Ring); ok {
			fmt.Println("ring", ring.Agents, "for", ring.For)
		}
	}
	// Output: ring [anna] for 20s
}
