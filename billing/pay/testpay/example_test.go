package testpay_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"

	"webtrunk/billing/money"
	"webtrunk/billing/pay"
	"webtrunk/billing/pay/testpay"
)

// A customer gives a card on the provider's page, and pays 12.50 EUR with it.
func Example() {
	web := httptest.NewUnstartedServer(nil)
	origin := "http://" + web.Listener.Addr().String()
	provider, err := testpay.New(testpay.Config{Origin: origin, Key: "test_key", Log: slog.Default()})
	if err != nil {
		panic(err)
	}
	defer provider.Close()
	web.Config.Handler = provider
	web.Start()
	defer web.Close()

	ctx := context.Background()
	browser := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	client := &testpay.Client{Origin: origin, Key: "test_key", HTTP: browser}
	customer, _ := client.NewCustomer(ctx, "customer-1", pay.Customer{Name: "Ada"})
	setup, _ := client.Setup(ctx, "setup-1", customer, "https://shop.example/thanks")

	// What the customer does in the browser:
	page, err := browser.PostForm(setup.URL, url.Values{"number": {"4242 4242 4242 4242"}, "expiry": {"12/34"}})
	if err != nil {
		panic(err)
	}
	page.Body.Close()
	fmt.Println("back at", page.Header.Get("Location"))

	methods, _ := client.Methods(ctx, customer)
	fmt.Println(methods[0].Brand, "ending in", methods[0].Last4)
	payment, err := client.Charge(ctx, "top-up-1", pay.Order{
		Customer: customer, Method: methods[0].ID, Amount: money.Amount{Minor: 1250, Currency: "EUR"},
	})
	fmt.Println(payment.State, payment.Captured, err)
	// Output:
	// back at https://shop.example/thanks
	// visa ending in 4242
	// captured 12.50 EUR <nil>
}
