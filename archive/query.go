package archive

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/store"
)

// A Query says which records are wanted. The zero value of each field but
// Account asks for all. Test chooses between test and live records; no query
// gives both.
type Query struct {
	Account webtrunk.AccountID
	Test    bool

	From, To  time.Time // created at or after From and before To
	Running   bool      // not ended
	Status    []call.Status
	EndReason []call.Cause
	Direction Direction
	Reference string
	Via       string

	Disposition string // that an agent chose, by its ID

	Party    string            // the beginning of a number, address or name
	Metadata map[string]string // all of these
	Text     string            // the beginnings of words, all of which are in the record

	MinTalk, MaxTalk time.Duration // talked at least, at most; 0 is no bound

	Limit int             // 1 to MaxLimit; 0 is DefaultLimit
	After webtrunk.CallID // begin behind this record, which is older
}

// The bounds of a page.
const (
	DefaultLimit = 25
	MaxLimit     = 500
	mostTerms    = 10 // words and metadata that one query may name
)

// clause writes the conditions that are on the record itself.
func (q Query) clause() *store.Clause {
	c := &store.Clause{}
	c.Where("account = ? AND test = ?", string(q.Account), q.Test)
	if !q.From.IsZero() {
		c.Where("created >= ?", store.Micros(q.From))
	}
	if !q.To.IsZero() {
		c.Where("created < ?", store.Micros(q.To))
	}
	if q.Running {
		c.Where("ended = 0 AND erased = 0") // as an index has it
	}
	store.OneOf(c, "status", q.Status)
	store.OneOf(c, "end_reason", q.EndReason)
	for column, value := range map[string]string{"direction": string(q.Direction), "reference": q.Reference, "via": q.Via} {
		if value != "" {
			c.Where(column+" = ?", value)
		}
	}
	if q.Disposition != "" {
		c.Where("id IN (SELECT call_id FROM wrap_ups WHERE account = ? AND test = ? AND disposition = ?)", string(q.Account), q.Test, q.Disposition)
	}
	if q.MinTalk > 0 {
		c.Where("talk_ms >= ?", q.MinTalk.Milliseconds())
	}
	if q.MaxTalk > 0 {
		c.Where("talk_ms <= ?", q.MaxTalk.Milliseconds())
	}
	return c
}

// A lookup is a range of terms, of which a record must have one.
type lookup struct{ from, to []byte }

// lookups returns what is looked up by terms.
func (q Query) lookups() (all []lookup, err error) {
	if len(q.Metadata)+len(words(q.Text)) > mostTerms {
		return nil, &webtrunk.Error{Op: "records", Kind: webtrunk.Invalid, Message: fmt.Sprintf("A search may name at most %d words and metadata together. Leave some out.", mostTerms)}
	}
	if party := q.party(); party != "" {
		all = append(all, beginning(ofParty+cut(party)))
	}
	for _, k := range slices.Sorted(maps.Keys(q.Metadata)) {
		all = append(all, exactly(ofMetadata+cut(k+"="+q.Metadata[k])))
	}
	for _, w := range words(q.Text) {
		all = append(all, beginning(ofWord+cut(w)))
	}
	return all, nil
}

// beginning looks up the terms that begin with something: those from it up to
// the next of its length. Terms are text, whose last byte is never 0xff.
func beginning(prefix string) lookup {
	to := []byte(prefix)
	to[len(to)-1]++
	return lookup{[]byte(prefix), to}
}

// exactly looks up one term.
func exactly(term string) lookup { return lookup{[]byte(term), append([]byte(term), 0)} }

// common is how many calls a lookup must give for it to be better to look
// through the calls than through what it gives.
const common = 1000

// where adds a lookup to the conditions. The calls of a rare one are fetched
// and put in order. Of a common one that would take seconds, so the calls are
// gone through in order and each is asked.
func (l lookup) where(c *store.Clause, account webtrunk.AccountID, rare bool) {
	if rare {
		c.Where(`id IN (SELECT id FROM call_terms WHERE account = ? AND term >= ? AND term < ?)`, string(account), l.from, l.to)
		return
	}
	c.Where(`EXISTS (SELECT 1 FROM call_terms t WHERE t.id = call_records.id AND t.term >= ? AND t.term < ?)`, l.from, l.to)
}

// party returns the party as terms have it: a number without what people put
// between its digits.
func (q Query) party() string {
	party := strings.ToLower(strings.TrimSpace(q.Party))
	for _, scheme := range []string{"tel:", "sip:", "browser:", "ref:", "anon:"} {
		party = strings.TrimPrefix(party, scheme)
	}
	if strings.Trim(party, "+0123456789 -.()/") == "" && party != "" {
		return "+" + strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return r
			}
			return -1
		}, party)
	}
	return party
}

// limit returns how many records a page has.
func (q Query) limit() (int, error) {
	switch {
	case q.Limit == 0:
		return DefaultLimit, nil
	case q.Limit < 1 || q.Limit > MaxLimit:
		return 0, &webtrunk.Error{Op: "records", Kind: webtrunk.Invalid, Message: fmt.Sprintf("limit is %d. Ask for 1 to %d records.", q.Limit, MaxLimit)}
	}
	return q.Limit, nil
}
