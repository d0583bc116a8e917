package rules

// A Fact is something that is known of a call.
type Fact struct {
	Value   string
	Trusted bool // somebody vouches for it: the account's server, or the gateway
}

// A Context is all that is known of a call, by name.
type Context map[string]Fact
