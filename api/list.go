package api

// Page is the part of a list that is asked for; inputs of lists embed it.
type Page struct {
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many to return at most."`
	StartingAfter string `query:"starting_after" maxLength:"100" doc:"The ID after which to go on: next_cursor of the page before."`
}

// A List is a page of resources.
type List[T any] struct {
	Object     string `json:"object" enum:"list" doc:"Always list."`
	Data       []T    `json:"data" nullable:"false" doc:"The resources, in the list's order."`
	HasMore    bool   `json:"has_more" doc:"Whether there are more after these."`
	NextCursor string `json:"next_cursor,omitempty" doc:"What to send as starting_after for the next page, if there is one."`
}

// listOf makes a page of at most limit items; one item more says that there are
// more. id is an item's cursor.
func listOf[T any](items []T, limit int, id func(T) string) *Answer[List[T]] {
	l := List[T]{Object: "list", Data: items}
	if len(items) > limit {
		l.Data, l.HasMore = items[:limit], true
		l.NextCursor = id(l.Data[limit-1])
	}
	if l.Data == nil {
		l.Data = []T{}
	}
	return answer(l)
}
