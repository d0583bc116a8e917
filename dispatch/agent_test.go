package dispatch

import (
	"slices"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/directory"
)

var phone = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100177"}

func TestAPersonIsAnAgent(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop", "+1555")
		ada := w.person(shop, "Ada", directory.Agent)
		sales := w.queue(shop, Queue{Name: "Sales"})
		a, err := w.CreateAgent(t.Context(), shop, Agent{Person: ada.ID, Skills: map[string]int{"german": 7}, Queues: []string{sales.ID}, Phone: phone, Extension: "12"})
		if err != nil || a.ID != strings.Replace(ada.ID, "person_", "agent_", 1) || a.Name != "Ada" || a.Hint != "ending 77" || a.Place().String() != "browser:"+a.ID {
			t.Fatalf("made %+v, %v", a, err)
		}
		me := directory.Principal{Account: shop.Account, ID: ada.ID, Rights: directory.Agent.Rights()}
		if mine, err := w.AgentOf(t.Context(), me); err != nil || asJSON(t, mine) != asJSON(t, a) {
			t.Errorf("Ada is %+v, %v", mine, err)
		}
		_, err = w.AgentOf(t.Context(), directory.Principal{Account: shop.Account, ID: ada.ID, Test: true})
		refused(t, err, webtrunk.NotFound, "You are no agent")
		_, err = w.AgentOf(t.Context(), directory.Principal{Account: shop.Account, ID: "key_1"})
		refused(t, err, webtrunk.Invalid, "log in as a person")
		staff, err := w.Staff(t.Context(), Tenant{Account: shop.Account, Test: false})
		if err != nil || len(staff.Queues) != 1 || len(staff.Agents) != 1 || staff.Agents[0].Phone != phone {
			t.Errorf("the staff is %+v, %v", staff, err)
		}
		if tenants, err := w.Tenants(t.Context()); err != nil || !slices.Equal(tenants, []Tenant{{Account: shop.Account, Test: false}}) {
			t.Errorf("tenants are %v, %v", tenants, err)
		}
		if _, said := w.happened(shop.Account); strings.Contains(said, phone.Value) || !strings.Contains(said, "ending 77") {
			t.Errorf("the events say %s", said)
		}
	})
}

func TestAPersonTakesCallsInBothModes(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		test := shop
		test.Test = true
		ada := w.person(shop, "Ada", directory.Supervisor)
		for _, by := range []directory.Principal{shop, test} {
			if _, err := w.CreateAgent(t.Context(), by, Agent{Person: ada.ID}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.DeleteAgent(t.Context(), test, directory.AgentName(ada.ID)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Agent(t.Context(), shop, directory.AgentName(ada.ID)); err != nil {
			t.Errorf("the live agent went with the test's: %v", err)
		}
	})
}

func TestAnAgentGoesWithTheirPerson(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		agent := func(name string) directory.Person {
			p := w.person(shop, name, directory.Agent)
			if _, err := w.CreateAgent(t.Context(), shop, Agent{Person: p.ID}); err != nil {
				t.Fatal(err)
			}
			return p
		}
		ada, bob, eve := agent("Ada"), agent("Bob"), agent("Eve")
		name, viewer := "Ada L.", directory.Viewer
		if _, err := w.directory.UpdatePerson(t.Context(), shop, ada.ID, directory.PersonChange{Name: &name}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.directory.UpdatePerson(t.Context(), shop, bob.ID, directory.PersonChange{Role: &viewer}); err != nil {
			t.Fatal(err)
		}
		if err := w.directory.DeletePerson(t.Context(), shop, eve.ID); err != nil {
			t.Fatal(err)
		}
		left, err := w.Agents(t.Context(), shop, directory.Page{})
		if err != nil || len(left) != 1 || left[0].Name != "Ada L." {
			t.Errorf("agents are %+v, %v", left, err)
		}
		want := []string{"agent.created", "agent.created", "agent.created", "agent.updated", "agent.deleted", "agent.deleted"}
		if types, _ := w.happened(shop.Account, "agent"); !slices.Equal(types, want) {
			t.Errorf("told %v", types)
		}
	})
}

func TestADeletedQueueLeavesItsAgents(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		sales, night := w.queue(shop, Queue{Name: "Sales"}), w.queue(shop, Queue{Name: "Night"})
		a, err := w.CreateAgent(t.Context(), shop, Agent{Person: w.person(shop, "Ada", directory.Agent).ID, Queues: []string{sales.ID, night.ID}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.DeleteQueue(t.Context(), shop, sales.ID); err != nil {
			t.Fatal(err)
		}
		if a, err = w.Agent(t.Context(), shop, a.ID); err != nil || !slices.Equal(a.Queues, []string{night.ID}) {
			t.Errorf("she works at %v, %v", a.Queues, err)
		}
		if types, _ := w.happened(shop.Account, "agent", "queue"); !slices.Equal(types[3:], []string{"agent.updated", "queue.deleted"}) {
			t.Errorf("told %v", types)
		}
	})
}

func TestMistakesInAnAgentAreNamed(t *testing.T) {
	each(t, func(w *world) {
		shop, other := w.account("Shop", "+1555"), w.account("Other")
		ada, bob := w.person(shop, "Ada", directory.Agent), w.person(shop, "Bob", directory.Agent)
		if _, err := w.CreateAgent(t.Context(), shop, Agent{Person: bob.ID, Extension: "12", Phone: phone}); err != nil {
			t.Fatal(err)
		}
		q := w.queue(shop, Queue{Name: "Sales"})
		theirs := w.queue(other, Queue{Name: "Sales"})
		tooMany := map[string]int{}
		for i := range mostSkills + 1 {
			tooMany[string(rune('a'+i/26))+string(rune('a'+i%26))] = 1
		}
		for _, c := range []struct {
			a    Agent
			kind webtrunk.Kind
			want string
		}{
			{Agent{Person: "person_none"}, webtrunk.NotFound, "no such person"},
			{Agent{Person: w.person(other, "Eve", directory.Agent).ID}, webtrunk.NotFound, "no such person"},
			{Agent{Person: w.person(shop, "Vic", directory.Viewer).ID}, webtrunk.Conflict, "takes no calls"},
			{Agent{Person: ada.ID, Queues: []string{theirs.ID}}, webtrunk.NotFound, "no such queue"},
			{Agent{Person: ada.ID, Queues: []string{q.ID, q.ID}}, webtrunk.Invalid, "one time"},
			{Agent{Person: ada.ID, Queues: make([]string, mostQueues+1)}, webtrunk.Invalid, "no more than 100"},
			{Agent{Person: ada.ID, Skills: map[string]int{"German": 1}}, webtrunk.Invalid, "small letters"},
			{Agent{Person: ada.ID, Skills: map[string]int{"german": 11}}, webtrunk.Invalid, "from 1 to 10"},
			{Agent{Person: ada.ID, Skills: tooMany}, webtrunk.Invalid, "at most 50"},
			{Agent{Person: ada.ID, WrapUp: -1}, webtrunk.Invalid, "wrap_up_seconds"},
			{Agent{Person: ada.ID, Extension: "twelve"}, webtrunk.Invalid, "1 to 8 digits"},
			{Agent{Person: ada.ID, Extension: "12"}, webtrunk.Conflict, "Bob has the extension 12"},
			{Agent{Person: ada.ID, Phone: webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}}, webtrunk.Invalid, "a telephone number"},
			{Agent{Person: ada.ID, Phone: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+19005550100"}}, webtrunk.Forbidden, "may not call there"},
			{Agent{Person: ada.ID, Phone: phone}, webtrunk.Conflict, "the telephone of Bob"},
			{Agent{Person: bob.ID}, webtrunk.Conflict, "one already"},
		} {
			_, err := w.CreateAgent(t.Context(), shop, c.a)
			refused(t, err, c.kind, c.want)
		}
	})
}

// A telephone is one agent's in each mode, and another's once it is given up.
func TestATelephoneChangesHands(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop", "+1555")
		test := shop
		test.Test = true
		ada, bob := w.person(shop, "Ada", directory.Agent), w.person(shop, "Bob", directory.Agent)
		for _, made := range []struct {
			by directory.Principal
			a  Agent
		}{{shop, Agent{Person: ada.ID, Phone: phone}}, {shop, Agent{Person: bob.ID}}, {test, Agent{Person: bob.ID, Phone: phone}}} {
			if _, err := w.CreateAgent(t.Context(), made.by, made.a); err != nil {
				t.Fatal(err)
			}
		}
		rings := func(p directory.Person, at webtrunk.Address) error {
			_, err := w.UpdateAgent(t.Context(), shop, directory.AgentName(p.ID), func(a *Agent) { a.Phone = at })
			return err
		}
		refused(t, rings(bob, phone), webtrunk.Conflict, "the telephone of Ada")
		for _, err := range []error{rings(ada, phone), rings(ada, webtrunk.Address{}), rings(bob, phone)} {
			if err != nil {
				t.Error(err)
			}
		}
	})
}
