package visitor_test

import (
	"context"
	"fmt"

	"webtrunk/signaling/visitor"
)

// A page of the shop calls a reference, says two seconds of silence and hangs up.
func Example() {
	talk := func(ctx context.Context, url string) error {
		page, err := visitor.Dial(ctx, url, visitor.Config{Key: "pk_shop", Origin: "https://shop.example"})
		if err != nil {
			return err
		}
		defer page.Close()
		call, err := page.Call(ctx, "ref_shop", map[string]string{"page": "/boots"})
		if err != nil {
			return err
		}
		if _, err := call.Wait(ctx, "answered"); err != nil {
			return err
		}
		if err := call.Speak(ctx, make([]int16, 2*8000)); err != nil {
			return err
		}
		end, err := call.Hangup(ctx)
		fmt.Println(end.Reason, len(call.Heard()))
		return err
	}
	_ = talk
}
