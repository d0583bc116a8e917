package call

// A Source is whose page a call comes from, as far as limits must tell pages
// apart. It is personal data that nobody needs once the call is over, so it is
// known only to the process that runs the call: no record, event or log has it.
type Source struct {
	Address string // the network that counts as one: an IPv4 address, or an IPv6 /64
	Visitor string // who a site says its visitor is, else the page's session
	Widget  string // the publishable key that the page showed, also where Via is a client token
}
