package rules

import "fmt"

// A Rule says what becomes of a call that meets all of its conditions.
type Rule struct {
	When []Condition `json:"when"` // all must hold; none is for every call
	Then Outcome     `json:"then"`
}

// An Outcome is who is to answer a call, and how. What is empty stays as it
// would be without the rule.
type Outcome struct {
	Queue    string         `json:"queue,omitempty"`    // that the caller waits in
	Priority int            `json:"priority,omitempty"` // larger is answered first
	Needs    map[string]int `json:"needs,omitempty"`    // least level of each skill that the agent has
	Greeting string         `json:"greeting,omitempty"` // a phrase
	Page     string         `json:"page,omitempty"`     // that opens for the agent
	Price    string         `json:"price,omitempty"`    // of the call

	CallerPage string `json:"caller_page,omitempty"` // that the caller is shown
}

// Decide returns the place in the list of the first rule that fits; -1 where
// none does.
func Decide(list []Rule, in Context) int {
	for i, r := range list {
		if r.fits(in) {
			return i
		}
	}
	return -1
}

func (r Rule) fits(in Context) bool {
	for _, c := range r.When {
		if !c.holds(in) {
			return false
		}
	}
	return true
}

// mostConditions bounds a rule: whoever needs more wants another rule.
const mostConditions = 20

// Check says what about a rule's conditions cannot be meant. What its outcome
// names is for those to check who know what there is.
func (r Rule) Check() error {
	if len(r.When) > mostConditions {
		return invalid(fmt.Sprintf("A rule has at most %d conditions.", mostConditions))
	}
	for _, c := range r.When {
		if err := c.check(); err != nil {
			return err
		}
	}
	return nil
}
