package dispatch

import (
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/directory"
)

// A reference of the configuration leads to a queue of the operator's, made before, and
// to none that is not there, be it new or led there now.
func TestAConfiguredReferenceLeadsToAQueue(t *testing.T) {
	each(t, func(w *world) {
		leads := func(to string) (directory.Account, error) {
			return w.directory.Provision(t.Context(), directory.Contents{References: []directory.NewReference{
				{ID: "ref_sales", Target: webtrunk.Address{Scheme: webtrunk.Queue, Value: to}}}})
		}
		if _, err := leads("queue_none"); webtrunk.KindOf(err) != webtrunk.Invalid || !strings.Contains(err.Error(), "make the queue first") {
			t.Errorf("to a queue that is not there: %v", err)
		}
		operator, err := w.directory.Provision(t.Context(), directory.Contents{})
		if err != nil {
			t.Fatal(err)
		}
		by := directory.Principal{Account: operator.ID, ID: "maker", Rights: directory.AllRights()}
		q, err := w.CreateQueue(t.Context(), by, Queue{Name: "Sales"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := leads(q.ID); err != nil {
			t.Fatal(err)
		}
		to, err := w.directory.Resolve(t.Context(), directory.Query{Account: operator.ID, To: webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_sales"}})
		if err != nil || to.Address.Scheme != webtrunk.Queue || to.Address.Value != q.ID {
			t.Errorf("it leads to %+v, %v", to, err)
		}
		if _, err := leads("queue_none"); webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("it was led to a queue that is not there: %v", err)
		}
	})
}
