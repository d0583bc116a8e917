package directory

import (
	"fmt"
	"slices"
	"strings"

	"webtrunk"
)

// A Right is something that a key or a person may be allowed: a resource and
// what to do with it.
type Right string

// The rights. Write includes making, changing and deleting; it does not include
// reading.
const (
	CallsRead         Right = "calls:read"
	CallsWrite        Right = "calls:write"
	CallsListen       Right = "calls:listen" // to others' calls, whisper in them and join them
	EventsRead        Right = "events:read"
	RecordsRead       Right = "records:read"
	RecordsErase      Right = "records:erase"
	RecordingsRead    Right = "recordings:read" // hear what was said in calls
	WebhooksRead      Right = "webhooks:read"
	WebhooksWrite     Right = "webhooks:write"
	WidgetsRead       Right = "widgets:read"
	WidgetsWrite      Right = "widgets:write"
	KeysRead          Right = "keys:read"
	KeysWrite         Right = "keys:write"
	ReferencesRead    Right = "references:read"
	ReferencesWrite   Right = "references:write"
	NumbersRead       Right = "numbers:read"
	NumbersWrite      Right = "numbers:write"
	TrunksRead        Right = "trunks:read" // the operator's alone
	TrunksWrite       Right = "trunks:write"
	ClientTokensWrite Right = "client_tokens:write"
	PeopleRead        Right = "people:read"
	PeopleWrite       Right = "people:write"
	AccountRead       Right = "account:read"
	AccountWrite      Right = "account:write"
	PolicyRead        Right = "policy:read"
	PolicyWrite       Right = "policy:write"
	QueuesRead        Right = "queues:read"
	QueuesWrite       Right = "queues:write" // and hours, context rules, and the words that agents choose from
	AgentsRead        Right = "agents:read"
	AgentsWrite       Right = "agents:write"
	BillingRead       Right = "billing:read"  // prices, what calls were charged, wallets
	BillingWrite      Right = "billing:write" // prices
	WalletsWrite      Right = "wallets:write" // put money into wallets
	ChargesRead       Right = "charges:read"  // what sellers charged in calls; an agent's own alone
	ChargesWrite      Right = "charges:write" // charge in a call, and give it back; an agent in their own alone
	CustomersRead     Right = "customers:read"
	CustomersWrite    Right = "customers:write"
	PresenceWrite     Right = "presence:write" // of any agent; one's own needs calls:write
)

// A Principal is whoever makes an API request: a key, a person who is logged
// in, or a customer who is signed in and has no rights at all.
type Principal struct {
	Account  webtrunk.AccountID
	ID       string  // "key_…", "person_…" or "cus_…"
	Rights   []Right // what it may do in its account
	Test     bool    // sees and makes test resources only; otherwise live ones only
	Operator bool    // of the account that runs the gateway: may also see what is no account's, such as trunks
}

// May returns nil if the principal has a right, else an error that names it.
func (p Principal) May(r Right) error {
	if slices.Contains(p.Rights, r) {
		return nil
	}
	what, do := "key", "Use one that has it, or make one"
	if strings.HasPrefix(p.ID, "person_") {
		what, do = "login", "Ask an owner of the account for a role that has it"
	}
	return &webtrunk.Error{Op: "rights", Kind: webtrunk.Forbidden, Message: fmt.Sprintf("This %s lacks the right %s. %s.", what, r, do)}
}
