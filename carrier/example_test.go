package carrier_test

import (
	"context"
	"fmt"
	"time"

	"webtrunk/carrier"
)

// Two telephone companies call each other: the first thing to try.
func Example() {
	far, err := carrier.Start(carrier.Config{})
	if err != nil {
		panic(err)
	}
	defer far.Close()
	near, err := carrier.Start(carrier.Config{Gateway: far.Addr()})
	if err != nil {
		panic(err)
	}
	defer near.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	call, err := near.Call(ctx, "+15550100190", "+15550100101", nil)
	if err != nil {
		panic(err)
	}
	if err := call.Wait(ctx, carrier.Reached(carrier.Confirmed), carrier.HeardPackets(1)); err != nil {
		panic(err)
	}
	if err := call.Hangup(ctx); err != nil {
		panic(err)
	}
	for _, line := range call.Transcript() {
		fmt.Println(line)
	}
	// Output:
	// ← INVITE
	// → 100 INVITE
	// → 180 INVITE
	// → 200 INVITE
	// ← ACK
	// ← BYE
	// → 200 BYE
}

// A number of one's own is a short script.
func ExampleBehaviour() {
	pin := func(ctx context.Context, call *carrier.Call) error {
		if err := call.Answer(ctx); err != nil {
			return err
		}
		for typed := ""; typed != "4711"; {
			key, err := call.WaitDigit(ctx)
			if err != nil {
				return err
			}
			typed += string(key)
		}
		return call.Hangup(ctx)
	}
	c, err := carrier.Start(carrier.Config{
		Numbers: []carrier.Number{{Number: "+15550100150", Name: "pin", Does: "hangs up after 4711", Behaviour: pin}},
	})
	if err != nil {
		panic(err)
	}
	defer c.Close()
	fmt.Println(c.Addr().IsValid())
	// Output: true
}
