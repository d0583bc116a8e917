package directory

import "slices"

// A Role is what a person is in an account.
type Role string

// The roles.
const (
	Owner      Role = "owner"      // may do everything; only an owner makes another one
	Admin      Role = "admin"      // may do everything, but touches no owner
	Developer  Role = "developer"  // builds the site: keys with at most its own rights, widgets, webhooks
	Supervisor Role = "supervisor" // runs the desk: sees, hears and ends calls and who takes them, reads records
	Agent      Role = "agent"      // takes and makes calls
	Viewer     Role = "viewer"     // looks and touches nothing
)

// Roles returns all roles, the mightiest first.
func Roles() []Role { return []Role{Owner, Admin, Developer, Supervisor, Agent, Viewer} }

// AllRights returns every right there is.
func AllRights() []Right {
	return []Right{
		CallsRead, CallsWrite, CallsListen, EventsRead, RecordsRead, RecordsErase, RecordingsRead, WebhooksRead, WebhooksWrite, WidgetsRead, WidgetsWrite,
		KeysRead, KeysWrite, ReferencesRead, ReferencesWrite, NumbersRead, NumbersWrite, TrunksRead, TrunksWrite, ClientTokensWrite,
		PeopleRead, PeopleWrite, AccountRead, AccountWrite, PolicyRead, PolicyWrite,
		QueuesRead, QueuesWrite, AgentsRead, AgentsWrite, PresenceWrite, BillingRead, BillingWrite, WalletsWrite, CustomersRead, CustomersWrite, ChargesRead, ChargesWrite,
	}
}

// Rights returns what a role may do; nil for a word that is no role.
// doc/accounts.md holds the same table, and a test compares them.
func (r Role) Rights() []Right {
	switch r {
	case Owner, Admin:
		return AllRights()
	case Developer:
		return []Right{CallsRead, CallsWrite, EventsRead, RecordsRead, WebhooksRead, WebhooksWrite, WidgetsRead, WidgetsWrite,
			KeysRead, KeysWrite, ReferencesRead, ReferencesWrite, NumbersRead, TrunksRead, ClientTokensWrite, PeopleRead, AccountRead, PolicyRead,
			QueuesRead, QueuesWrite, AgentsRead, BillingRead, BillingWrite, CustomersRead, CustomersWrite, ChargesRead}
	case Supervisor:
		return []Right{CallsRead, CallsWrite, CallsListen, EventsRead, RecordsRead, RecordingsRead, WidgetsRead, ReferencesRead, NumbersRead, TrunksRead, PeopleRead, AccountRead, PolicyRead,
			QueuesRead, AgentsRead, PresenceWrite, BillingRead, CustomersRead, ChargesRead}
	case Agent:
		return []Right{CallsRead, CallsWrite, ReferencesRead, AccountRead, QueuesRead, AgentsRead, ChargesRead, ChargesWrite}
	case Viewer:
		return []Right{CallsRead, EventsRead, RecordsRead, WidgetsRead, ReferencesRead, NumbersRead, TrunksRead, AccountRead, PolicyRead, QueuesRead}
	}
	return nil
}

// lacks returns the first of some rights that a principal has not; empty if it
// has them all. Nobody gives away what they lack.
func (p Principal) lacks(rights []Right) Right {
	for _, r := range rights {
		if !slices.Contains(p.Rights, r) {
			return r
		}
	}
	return ""
}
