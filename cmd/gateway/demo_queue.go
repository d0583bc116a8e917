package main

import (
	"context"
	"slices"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/dispatch/rules"
)

// demoQueue is where the cart's callers wait.
const demoQueue = "Shop"

// demoWrapUp is how many seconds one has to note what came of a call: long enough to be seen.
const demoWrapUp = 10

// demoOutcomes are what may have come of a call.
var demoOutcomes = []string{"Ordered", "Answered a question", "Call back later"}

// demoSkills are what the people at the console know about.
var demoSkills = map[string]string{demoAgent: "ceramics", demoSecond: "delivery"}

// staff makes the shop's queue, and lets the cart call it.
func (d *demo) staff() error {
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	by, err := d.operator(ctx)
	if err != nil {
		return err
	}
	queue, err := d.shopQueue(ctx, by)
	if err != nil {
		return err
	}
	d.pages.Queue = "ref_cart_" + secret()
	d.cfg.References = append(d.cfg.References, ReferenceConfig{d.pages.Queue, webtrunk.Address{Scheme: webtrunk.Queue, Value: queue}})
	d.cfg.Keys[0].Destinations = append(d.cfg.Keys[0].Destinations, to(d.pages.Queue)...)
	if err := d.advises(ctx, by); err != nil {
		return err
	}
	return d.provision(ctx)
}

// shopQueue returns the queue's ID. Where the database is an earlier demo's, all is
// there already, as whoever tries it has changed it since.
func (d *demo) shopQueue(ctx context.Context, by directory.Principal) (id string, err error) {
	all, err := d.queues.Queues(ctx, by, directory.Page{Limit: 500})
	if at := slices.IndexFunc(all, func(q dispatch.Queue) bool { return q.Name == demoQueue }); err != nil || at >= 0 {
		if at >= 0 {
			id = all[at].ID
		}
		return id, err
	}
	// Who has waited for a minute talks to anybody rather than to nobody.
	queue, err := d.queues.CreateQueue(ctx, by, dispatch.Queue{
		Name: demoQueue, Strategy: dispatch.Skills, Relax: []dispatch.Relax{{After: 60, By: 5}}, Callback: true, Voicemail: true, WrapUp: demoWrapUp,
	})
	if err != nil {
		return "", err
	}
	for person, skill := range demoSkills {
		if _, err := d.queues.CreateAgent(ctx, by, dispatch.Agent{Person: person, Skills: map[string]int{skill: 5}, Queues: []string{queue.ID}}); err != nil {
			return "", err
		}
	}
	for i, name := range demoOutcomes {
		if _, err := d.queues.CreateDisposition(ctx, by, dispatch.Disposition{Word: dispatch.Word{Name: name, Position: i}}); err != nil {
			return "", err
		}
	}
	_, err = d.queues.CreateRule(ctx, by, dispatch.Rule{Name: "Mugs in the cart", Rule: rules.Rule{
		When: []rules.Condition{{Key: "cart", Is: rules.Contains, Values: []string{"mug"}}},
		Then: rules.Outcome{Queue: queue.ID, Needs: map[string]int{demoSkills[demoAgent]: 5}},
	}})
	return queue.ID, err
}
