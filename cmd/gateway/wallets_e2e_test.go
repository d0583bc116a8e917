//go:build e2e

package main

import (
	"strings"
	"testing"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// losesAnAnswer has a deposit arrive, and its answer not.
const losesAnAnswer = `(() => {
	const real = window.fetch;
	window.fetch = async (path, how) => {
		if (!String(path).endsWith("/deposits")) return real(path, how);
		window.fetch = real;
		await real(path, how);
		throw new TypeError("lost");
	};
	return true;
})()`

// keepsWhatIsSaved has the page's downloads be read.
const keepsWhatIsSaved = `(() => {
	const real = URL.createObjectURL;
	URL.createObjectURL = (file) => {
		file.text().then((text) => (window.savedFile = text));
		return real.call(URL, file);
	};
	return true;
})()`

// aWalletIsFilled: an owner pays into a customer's wallet by keys, once although the first
// answer is lost, and takes the statement home.
func aWalletIsFilled(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, furnished)
	owner := r.admin(b, "prices").ByKeys()
	confirmed := func() {
		t.Helper()
		owner.Click("button", "Put it in")
		shows(t, owner, "Put €25.00 into the wallet of customer-7?")
		browser.Evaluate[bool](owner, `(document.querySelector("dialog .danger").click(), true)`)
	}
	owner.Write("Customer or sponsor", "customer-7")
	owner.Click("button", "Show the wallet")
	shows(t, owner, "Nobody has paid into the wallet of customer-7 yet.")
	owner.Write("Amount (EUR)", "25,00")
	owner.Write("Note", "Bank transfer")
	browser.Evaluate[bool](owner, losesAnAnswer)
	confirmed()
	shows(t, owner, "The gateway cannot be reached.")
	confirmed()
	shows(t, owner, "€25.00 were put in.")
	shows(t, owner, "customer-7 has €25.00.")
	shows(t, owner, "paid in")
	if all := r.ask("GET", "/v1/wallets/customer-7/movements", nil)["data"].([]any); len(all) != 1 {
		t.Errorf("one deposit, whose answer was lost once, is %v", all)
	}
	inEach(owner, func(scheme string) { fitsEverybody(t, owner, "a wallet, "+scheme) })
	inEach(owner, func(scheme string) { accessibleInArabic(t, owner, "a wallet, "+scheme) })

	browser.Evaluate[bool](owner, keepsWhatIsSaved)
	owner.Click("button", "Save the statement as CSV")
	owner.Eventually("the statement", func() bool {
		saved := browser.Evaluate[string](owner, `window.savedFile ?? ""`)
		return strings.Contains(saved, "created_at,amount,currency") && strings.Contains(saved, ",25,EUR,top_up,")
	})
	owner.Write("Customer or sponsor", "sponsor:a/b")
	owner.Click("button", "Show the wallet")
	shows(t, owner, "Name a customer by their ID, or a sponsor by sponsor: and theirs.")
	owner.Gone("button", "Save the statement as CSV")

	// A sponsor may pay so much a day, and no more.
	owner.Write("Customer or sponsor", "sponsor:acme")
	owner.Click("button", "Show the wallet")
	owner.Write("Most a day (EUR)", "50")
	owner.Click("button", "Set the bound")
	shows(t, owner, "From now on it is at most €50.00 a day.")
	shows(t, owner, "Today €0.00 of at most €50.00 were spent.")
	inEach(owner, func(scheme string) { fitsEverybody(t, owner, "a sponsor's day, "+scheme) })
	inEach(owner, func(scheme string) { accessibleInArabic(t, owner, "a sponsor's day, "+scheme) })
	owner.Write("Most a day (EUR)", "0")
	owner.Click("button", "Set the bound")
	shows(t, owner, "Nothing bounds a day any more.")
}
