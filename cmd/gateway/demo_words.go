package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// introduce says what to open and what to try.
func (d *demo) introduce(w io.Writer) {
	url := d.urls()[0]
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\nWebtrunk demo: calls from a web page to a telephone network in a box.\n\n")
	fmt.Fprintf(table, "  Shop\t%s/\ta page with a call button\n", url)
	fmt.Fprintf(table, "  Telephone\t%s/phone\tdials any of the numbers below\n", url)
	fmt.Fprintf(table, "  Video\t%s/video\tcalls the desk, and the two see each other\n", url)
	fmt.Fprintf(table, "  Desk\t%s/desk\trings when somebody calls %s\n", url, deskNumber)
	fmt.Fprintf(table, "  Console\t%s/console\ttakes calls; as %s, who knows about %s, %s\n", url, demoAgentName, demoSkills[demoAgent], logIn(demoAgentEmail, d.account.agentPassword))
	fmt.Fprintf(table, "  \t\tand as %s, who knows about %s, %s\n", demoSecondName, demoSkills[demoSecond], logIn(demoSecondEmail, d.account.secondPassword))
	fmt.Fprintf(table, "  Cart\t%s/cart\tcalls who knows about what is in it, and shows it to them\n", url)
	if d.pages.Advice != "" {
		fmt.Fprintf(table, "  Advice\t%s/advice\ta call that costs play money, which Ada pays\n", url)
		fmt.Fprintf(table, "  Member\t%s/member?key=%s\twhat Ada has, and paid for; %s\n", url, d.pages.Key, logIn(demoCustomerEmail, d.account.adaPassword))
	}
	fmt.Fprintf(table, "  Set-up\t%s/admin\thours, queues, agents, numbers and widgets; %s\n", url, logIn(d.account.email, d.account.password))
	fmt.Fprintf(table, "  Monitor\t%s/monitor\tcalls, events and records as they happen; %s\n", url, logIn(d.account.email, d.account.password))
	fmt.Fprintf(table, "  API\t%s/docs\ttry it with the key %s\n", url, d.account.key)
	if more := d.urls()[1:]; len(more) > 0 {
		fmt.Fprintf(table, "  Also at\t%s\n", strings.Join(more, " "))
	}
	fmt.Fprintf(table, "\n  Number\tWhat it does\n")
	for _, n := range d.pages.Numbers {
		fmt.Fprintf(table, "  %s\t%s\n", n.Number, n.Says)
	}
	table.Flush()
	io.WriteString(w, d.advice())
	fmt.Fprintf(w, "\n  Key %s, reference %s. They change with each start.\n  Stop with Ctrl-C.\n\n", d.pages.Key, d.pages.Reference)
}

// logIn is how to get in.
func logIn(email, password string) string {
	if password == "" {
		return "log in as " + email + " with the password of this database's first demo"
	}
	return "log in as " + email + ", password " + password
}

func (d *demo) advice() string {
	var b strings.Builder
	b.WriteString(`
  Try this
  1. Open the shop, press Call and allow the microphone: a voice greets you, then you hear yourself.
  2. Open the telephone, call ` + digitsNumber + ` and press digits: they are spoken back.
  3. Open the desk in another tab and click into it. Call ` + callsBackNumber + ` from the telephone and
     hang up: two seconds later it calls back, and the desk rings.
  4. With the desk still open, open the video page and press Call: the two tabs see each other.
  5. Open the console, log in as Robin and press Take calls; log in as Sam in another browser, or
     a private window. Open the cart in another tab and press Ask us: there are mugs in it, so
     Robin's console rings, not Sam's, and shows the cart. Answer, press Transfer and hand the
     call to Sam. After a call there are ten seconds to note what came of it.
  6. Open the advice, press Ask a ceramist and Call: it says what a minute costs. Accept the price
     when it is answered, and open Ada's page beside it: her money goes second by second. The
     free time counts nothing, and neither does a price that you decline.
  7. In another terminal, for what follows:
     export WEBTRUNK_URL=` + d.urls()[0] + ` WEBTRUNK_API_KEY=` + d.account.key + `
     api() { curl "$WEBTRUNK_URL/v1/calls$1" -H "Authorization: Bearer $WEBTRUNK_API_KEY" --json "$2"; }
  8. Have a telephone call you at the desk; the answer has the call's id. With that id, have
     something said to you, and a third one join (up to eight talk together):
     api "" '{"from": "` + shopNumber + `", "to": "browser:desk"}'
     api /call_.../prompt '{"phrase": "say:en:price_is,money:EUR:12.50,per_minute"}'
     api /call_.../invite '{"to": "` + toneNumber + `"}'
  9. See what happens on the trunk: a call placed over it and told step by step, and the SIP
     messages of any call that you made (its ID is in the monitor):
     go run ./cmd/gateway trunk test demo --to ` + shopNumber + `
     go run ./cmd/gateway ladder call_...
 10. Fill a wallet from a test card, with the key of 7. The first answer's url is the page of the
     test payment provider: open it, and type 4242 4242 4242 4242 and any expiry to come.
     pay() { curl "$WEBTRUNK_URL/v1/wallets/ann$1" -H "Authorization: Bearer $WEBTRUNK_API_KEY" --json "$2"; }
     pay /card_setups '{"return_url": "` + d.urls()[0] + `"}'
     pay /top_ups '{"amount": 2500, "currency": "EUR", "return_url": "` + d.urls()[0] + `"}'
`)
	switch {
	case d.command.HTTPS:
		b.WriteString("\n  The browser will warn that nobody vouches for the certificate: it was made just now, for\n  this demo. Accept it to go on.\n")
	case !d.command.HTTP.loopback():
		b.WriteString("\n  Browsers on other machines give a microphone to HTTPS pages only: start with --https for them.\n")
	}
	return b.String()
}

const (
	toneNumber      = "+15550100103"
	digitsNumber    = "+15550100112"
	callsBackNumber = "+15550100116"
)
