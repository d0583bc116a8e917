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
	fmt.Fprintf(table, "  Desk\t%s/desk\trings when somebody calls %s\n", url, deskNumber)
	fmt.Fprintf(table, "  Monitor\t%s/monitor\tcalls, events and records as they happen; %s\n", url, d.account.login())
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

// login is how to get into the monitor.
func (a demoAccount) login() string {
	if a.password == "" {
		return "log in as " + a.email + " with the password of this database's first demo"
	}
	return "log in as " + a.email + ", password " + a.password
}

func (d *demo) advice() string {
	var b strings.Builder
	b.WriteString(`
  Try this
  1. Open the shop, press Call and allow the microphone: a voice greets you, then you hear yourself.
  2. Open the telephone, call ` + digitsNumber + ` and press digits: they are spoken back.
  3. Open the desk in another tab and click into it. Call ` + callsBackNumber + ` from the telephone and
     hang up: two seconds later it calls back, and the desk rings.
  4. Connect two telephones by the API, and watch the monitor meanwhile:
     curl ` + d.urls()[0] + `/v1/calls -H 'Authorization: Bearer ` + d.account.key + `' \
       --json '{"from": "` + shopNumber + `", "to": "` + digitsNumber + `"}'
  5. See what happens on the trunk: a call placed over it and told step by step, and the SIP
     messages of any call that you made (its ID is in the monitor):
     export WEBTRUNK_URL=` + d.urls()[0] + ` WEBTRUNK_API_KEY=` + d.account.key + `
     go run ./cmd/gateway trunk test demo --to ` + shopNumber + `
     go run ./cmd/gateway ladder call_...
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
	digitsNumber    = "+15550100112"
	callsBackNumber = "+15550100116"
)
