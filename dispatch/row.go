package dispatch

import (
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// A Row is what all rows have: an ID, whose it is, since when, and when it last
// changed.
type Row = shelf.Row

// A Tenant is an account in one of its modes: what all rows belong to.
type Tenant = shelf.Tenant

// A kept is one kind of a book's rows.
type kept[T any, P shelf.Rower[T, *Book]] = shelf.Of[T, P, *Book]

func tenantOf(by directory.Principal) Tenant { return shelf.TenantOf(by) }
