//go:build e2e

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestAMemberSeesTheirMoney in real browsers.
func TestAMemberSeesTheirMoney(t *testing.T) {
	b := browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Harbour)))
	for _, story := range []struct {
		name string
		tell func(*testing.T, *browser.Browser)
	}{
		{"a call is watched and its money found", aMemberWatchesACall},
		{"a wallet is filled and the member called back", aMemberIsCalledBack},
		{"a card pays in once", aMemberPaysIn},
		{"links sign in and set a password, once", linksSignIn},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.tell(t, b)
		})
	}
}

const membersPassword = "several words of a member"

// enrols makes the customer whom the tests' sites sign.
func (r *rehearsal) enrols() (id string) {
	r.t.Helper()
	return r.ask("POST", "/v1/customers", map[string]any{
		"subject": "customer-7", "name": "Grace", "email": "grace@example.com", "phone": "+15550100101", "password": membersPassword,
	})["id"].(string)
}

// member opens the page on which a customer of a widget's account signs in.
func (r *rehearsal) member(b *browser.Browser, key, password string) *browser.Tab {
	r.t.Helper()
	p := b.Open(r.t, r.urls()[0]+"/member?key="+key, browser.Granted).ByKeys()
	p.Write("E-mail", "grace@example.com")
	p.Write("Password", password)
	p.Click("button", "Sign in")
	return p
}

// aMemberWatchesACall: signed in by keys, a member sees what each second of a running call is,
// then what it has cost, takes the statement home, and changes their number.
func aMemberWatchesACall(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished, func(d *demo) { d.gateway.tick = 500 * time.Millisecond })
	r.ask("POST", "/v1/prices", map[string]any{"name": "Advice", "currency": "EUR", "per_minute": "60", "free_seconds": 1, "after": "free"})
	r.ask("POST", "/v1/wallets/customer-7/deposits", map[string]any{"amount": 1_000_000, "currency": "EUR"})
	r.ask("POST", "/v1/wallets/customer-8/deposits", map[string]any{"amount": 777_700, "currency": "EUR"})
	r.enrols()
	key, secret := r.signing()

	member := r.member(b, key, "another password altogether")
	shows(t, member, "The e-mail address or the password is wrong.")
	inEach(member, func(scheme string) { fitsEverybody(t, member, "signing in, "+scheme) })
	member.Write("Password", membersPassword)
	member.Click("button", "Sign in")
	shows(t, member, "€10,000.00")
	shows(t, member, "You have paid for no call yet.")

	visitor := b.Open(t, r.urls()[0]+"/cart", browser.Granted).ByKeys()
	visitor.Set("key", key)
	visitor.Set("identity", signed(t, secret, "Grace"))
	agent := r.console(browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Garden))))
	visitor.Click("button", "Ask us")
	visitor.Click("button", "Call")
	agent.Click("button", "Answer")
	visitor.Click("button", "Accept the price")
	visitor.Says("status", "This call is being charged. You have accepted the price.")
	shows(t, member, "This call is being charged. You have accepted the price.")
	shows(t, member, "are set aside for a call that runs.")
	agent.Click("button", "Hold")
	shows(t, member, "Nothing is charged now: on hold.")
	inEach(member, func(scheme string) {
		fitsEverybody(t, member, "a call that runs, "+scheme)
		window(t, member, "member-"+scheme)
	})
	accessibleInArabic(t, member, "a call that runs")
	visitor.Click("button", "Hang up")
	member.Gone("heading", "Your call now")
	shows(t, member, "a call")
	browser.Evaluate[bool](member, `(document.querySelectorAll("details").forEach((one) => (one.open = true)), true)`)
	for _, part := range []string{": talk, charged, at €60.00 a minute", ": on hold"} {
		shows(t, member, part)
	}
	if strings.Contains(visible(member), "€7,777.00") {
		t.Error("the page shows another's money")
	}

	browser.Evaluate[bool](member, keepsWhatIsSaved)
	member.Click("button", "Save as CSV")
	member.Eventually("the statement", func() bool {
		saved := browser.Evaluate[string](member, `window.savedFile ?? ""`)
		return strings.Contains(saved, ",10000,EUR,top_up,") && strings.Contains(saved, ",EUR,talk,call_")
	})
	member.Write("Telephone number, with the country code", "12")
	member.Click("button", "Save")
	shows(t, member, "This is no telephone number that can be called")
	member.Write("Telephone number, with the country code", "+1 555 010 0102")
	member.Click("button", "Save")
	shows(t, member, "Saved.")
	shows(t, member, "It is not verified.")
	if is := r.ask("GET", "/v1/customers?subject=customer-7", nil)["data"].([]any)[0].(map[string]any); is["phone"] != "+15550100102" {
		t.Errorf("their number is %v", is["phone"])
	}
	member.Click("button", "Sign out")
	member.The("button", "Sign in")
	member.Gone("heading", "Balance")
}

// linksSignIn: a site's link signs its customer in without a password, and one with a ticket has
// them choose one. Neither stays in the address, and neither counts twice.
func linksSignIn(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	id := r.enrols()
	key, _ := r.signing()
	token := r.ask("POST", "/v1/client_tokens", map[string]any{"identity": map[string]any{"sub": "customer-7"}, "expires_in": 60})["token"].(string)
	link := r.urls()[0] + "/member#token=" + token
	p := b.Open(t, link, browser.Granted)
	shows(t, p, "Nothing has been paid in yet.")
	if at := browser.Evaluate[string](p, `location.href`); strings.Contains(at, token) {
		t.Errorf("the token stays in the address %s", at)
	}
	p.Click("button", "Sign out")
	shows(t, p, "Open the link to this page on the site whose customer you are")
	again := b.Open(t, link, browser.Granted)
	shows(t, again, "This link has been used, or is too old.")

	ticket := r.ask("POST", "/v1/customers/"+id+"/password_ticket", map[string]any{})["ticket"].(string)
	chooses := b.Open(t, r.urls()[0]+"/member?key="+key+"#ticket="+ticket, browser.Granted).ByKeys()
	accessible(chooses, "a password is chosen")
	chooses.Write("New password, of at least 12 characters", "words that I chose myself")
	chooses.Click("button", "Set the password")
	shows(t, chooses, "The password is set. Sign in with it.")
	if at := browser.Evaluate[string](chooses, `location.href`); strings.Contains(at, ticket) {
		t.Errorf("the ticket stays in the address %s", at)
	}
	member := r.member(b, key, "words that I chose myself")
	shows(t, member, "Nothing has been paid in yet.")
	member.Click("button", "Sign out")
	member.The("button", "Sign in")
}

// aMemberIsCalledBack: from a merchant's button a member comes to a page that knows their
// number. They verify it, pay in from a card that only the payment provider sees, are called
// and connected, accept the price by a key, and pay for what they talk.
func aMemberIsCalledBack(t *testing.T, b *browser.Browser) {
	const mine, merchant = "+15550100110", "+15550100101" // hers rings for two seconds: that is shown, too
	r := rehearse(t, carrier.Config{}, furnished, func(d *demo) { d.gateway.tick = 200 * time.Millisecond })
	r.ask("POST", "/v1/prices", map[string]any{"name": "Advice", "currency": "EUR", "per_minute": "60", "destinations": []string{merchant}})
	r.ask("POST", "/v1/customers/"+r.enrols(), map[string]any{"phone": mine})
	page := r.ask("POST", "/v1/widgets", map[string]any{"name": "Merchants", "origins": []string{r.urls()[0]}, "destinations": []string{"+1555"}})
	m := b.Open(t, r.urls()[0]+"/member?key="+page["key"].(string)+"&call="+strings.ReplaceAll(merchant, "+", "%2B"), browser.Granted).ByKeys()
	m.Write("E-mail", "grace@example.com")
	m.Write("Password", membersPassword)
	m.Click("button", "Sign in")
	shows(t, m, "Give your number below, and verify it.")
	shows(t, m, "It is not verified.")

	m.Click("button", "Verify this number by a call")
	shows(t, m, "key in this code on the telephone")
	phone := r.at(mine, carrier.Reached(carrier.Confirmed))
	r.prompted(1)
	must(t, phone.SendDigits(t.Context(), browser.Evaluate[string](m, `document.querySelector(".verify .sum").textContent.trim()`)))
	shows(t, m, "It is known to be yours since")
	shows(t, m, "We call you at "+mine)

	m.Click("button", "Call me")
	shows(t, m, "The balance does not cover the beginning of this call")
	m.Click("button", "Give a card")
	m.Write("Card number", "4242 4242 4242 4242")
	m.Write("Expiry, month and year", "12/34")
	m.Click("button", "Save the card")
	m.Write("How much, in EUR", "25,00")
	inEach(m, func(scheme string) {
		fitsEverybody(t, m, "paying in, "+scheme)
		window(t, m, "member-payin-"+scheme)
	})
	m.Click("button", "Pay in")
	shows(t, m, "€25.00 are in your wallet.")
	accessibleInArabic(t, m, "paying in")

	m.Click("button", "Call me")
	shows(t, m, "Your telephone rings. Answer it.")
	phone = r.at(mine, carrier.Reached(carrier.Confirmed), carrier.Up)
	shows(t, m, "You are connected.")
	r.prompted(2) // told to hold, and asked for the price
	must(t, phone.SendDigits(t.Context(), "1"))
	shows(t, m, "This call is being charged.")
	m.Click("button", "End the call")
	shows(t, m, "The call is over.")
	reaches(t, phone, carrier.Ended)
	m.Gone("heading", "Your call now")
	shows(t, m, "a call")
}

// prompted waits until the newest call has been asked or told so often.
func (r *rehearsal) prompted(times int) {
	r.t.Helper()
	comesTrue(r.t, "a telephone is spoken to", func() bool {
		newest := r.ask("GET", "/v1/calls?limit=1", nil)["data"].([]any)
		if len(newest) == 0 {
			return false
		}
		n := 0
		for _, kind := range r.story(newest[0].(map[string]any)["id"].(string)) {
			if strings.HasPrefix(kind, "prompt.started") {
				n++
			}
		}
		return n >= times
	})
}

// aMemberPaysIn: a card is typed on the provider's own page and known here by its last digits.
// It pays in once although an answer is lost, and one whose bank asks pays in once that is
// confirmed, also by who leaves the bank's page and comes back later.
func aMemberPaysIn(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	r.enrols()
	key, _ := r.signing()
	member := r.member(b, key, membersPassword)
	gives := func(button, number string) {
		t.Helper()
		member.Click("button", button)
		member.Write("Card number", number)
		member.Write("Expiry, month and year", "12/34")
		member.Click("button", "Save the card")
		member.The("button", "Give another card")
	}
	gives("Give a card", "4242424242424242")
	shows(t, member, "···· 4242")
	member.Write("How much, in EUR", "a lot")
	member.Click("button", "Pay in")
	shows(t, member, "Write an amount, such as 25.00.")
	member.Write("How much, in EUR", "25,50")
	browser.Evaluate[bool](member, strings.Replace(losesAnAnswer, "/deposits", "/top_ups", 1))
	member.Click("button", "Pay in")
	shows(t, member, "The gateway cannot be reached.")
	member.Click("button", "Pay in")
	shows(t, member, "€25.50 are in your wallet.")
	member.Eventually("the money in the balance", func() bool { return strings.Count(visible(member), "€25.50") >= 3 })
	inEach(member, func(scheme string) { fitsEverybody(t, member, "paying in, "+scheme) })
	accessibleInArabic(t, member, "paying in")

	gives("Give another card", "4000002500003155")
	choose(t, member, "Card", browser.Evaluate[string](member, `[...document.querySelectorAll("option")].find((one) => one.text.endsWith("3155")).value`))
	member.Write("How much, in EUR", "10")
	member.Click("button", "Pay in")
	member.The("button", "Confirm")
	member.Do(chromedp.Navigate(r.urls()[0] + "/member?key=" + key)) // without an answer
	shows(t, member, "Your bank asks you to confirm €10.00.")
	member.Click("link", "Confirm at the bank")
	member.Click("button", "Confirm")
	shows(t, member, "€35.50")
	if all := r.ask("GET", "/v1/wallets/customer-7/top_ups", nil)["data"].([]any); len(all) != 2 {
		t.Errorf("two payments, an answer of which was lost once, are %v", all)
	}
	if fields := browser.Evaluate[string](member, `[...document.querySelectorAll("input")].map((one) => one.name + " " + one.autocomplete).join()`); strings.Contains(fields, "cc-") {
		t.Errorf("the page has fields for a card: %s", fields)
	}
	member.Click("button", "Sign out")
	member.The("button", "Sign in")
}
