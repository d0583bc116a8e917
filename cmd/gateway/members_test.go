package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/meter"
	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/event"
	"webtrunk/member"
	"webtrunk/signaling/visitor"
)

// A memberAt is Ann, with a telephone of hers, in front of a till.
type memberAt struct {
	till
	ann directory.Customer
	as  directory.Principal
}

const annsNumber = "+15550100101"

func openMember(t *testing.T, change func(*billing.Price)) memberAt {
	t.Helper()
	return openMemberBeside(t, carrier.Config{}, change)
}

// openMemberBeside has Ann's telephone in another network.
func openMemberBeside(t *testing.T, box carrier.Config, change func(*billing.Price)) memberAt {
	t.Helper()
	k := openTillBeside(t, box, change)
	opened, operator := destinations(t, "+1555"), directory.Principal{Account: k.by.Account, Operator: true}
	_, err := k.directory.UpdateAccount(t.Context(), operator, k.by.Account, directory.AccountChange{Destinations: &opened})
	must(t, err)
	c, err := k.directory.CreateCustomer(t.Context(), k.by, directory.NewCustomer{Subject: "ann", Name: "Ann", Phone: annsNumber, Locale: "zh-CN"})
	must(t, err)
	return memberAt{k, c, directory.Principal{Account: c.Account, Test: c.Test, ID: c.ID}}
}

// happened counts a kind of event in a call.
func (k till) happened(id webtrunk.CallID, kind string) (n int) {
	k.Helper()
	for r, err := range k.store.Read(k.Context(), event.Stream{Call: id}, 0) {
		must(k.T, err)
		if r.Type == kind {
			n++
		}
	}
	return n
}

// latest is the account's newest call.
func (k till) latest() (id webtrunk.CallID) {
	k.Helper()
	comesTrue(k.T, "there is a call", func() bool {
		for r, err := range k.store.Read(k.Context(), event.Stream{Account: k.by.Account}, 0) {
			must(k.T, err)
			if r.Type == "call.created" {
				id = r.Call
			}
		}
		return id != ""
	})
	return id
}

// answers waits until a telephone of the carrier has picked up.
func (k till) answers(number string) *carrier.Call {
	k.Helper()
	ctx, done := context.WithTimeout(k.Context(), 30*time.Second)
	defer done()
	phone, err := k.carrier.WaitCall(ctx, carrier.To(number), carrier.Reached(carrier.Confirmed), carrier.Up)
	must(k.T, err)
	return phone
}

// verifies has Ann's number called, and keys in the code, after a wrong one.
func (m memberAt) verifies() {
	m.Helper()
	v, err := m.verifier.Begin(m.Context(), m.as)
	must(m.T, err)
	phone, id := m.answers(annsNumber), m.latest()
	asked := func(times int) {
		comesTrue(m.T, "the telephone is asked", func() bool { return m.happened(id, "prompt.started") == times })
	}
	asked(1)
	must(m.T, phone.SendDigits(m.Context(), v.Code[1:]+string('0'+(v.Code[0]-'0'+1)%10)))
	asked(2)
	must(m.T, phone.SendDigits(m.Context(), v.Code))
	reaches(m.T, phone, carrier.Ended)
	now, err := m.directory.Verification(m.Context(), m.as, v.ID)
	must(m.T, err)
	if now.State != directory.Verified {
		m.Fatalf("the verification is %+v", now)
	}
}

// TestANumberIsVerifiedByACall: whoever answers there keys in the code of the page, and the
// call has nobody else in it and costs nothing.
func TestANumberIsVerifiedByACall(t *testing.T) {
	t.Parallel()
	m := openMember(t, nil)
	m.verifies()
	c, err := m.directory.CustomerByNumber(t.Context(), m.by.Account, m.by.Test, annsNumber)
	must(t, err)
	if c.ID != m.ann.ID {
		t.Errorf("the number is %s's", c.ID)
	}
	id := m.latest()
	comesTrue(t, "the call is over", func() bool { return m.happened(id, "call.ended") == 1 })
	if legs := m.happened(id, "leg.added"); legs != 1 {
		t.Errorf("%d parties were in the call", legs)
	}
	if _, err := m.billing.SessionOf(t.Context(), shelf.TenantOf(m.by), id); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("it is billed: %v", err)
	}
}

// TestANumberThatDoesNotAnswerIsNotVerified, and the customer is told why.
func TestANumberThatDoesNotAnswerIsNotVerified(t *testing.T) {
	t.Parallel()
	m := openMember(t, nil)
	has := func(number string) {
		_, err := m.directory.UpdateCustomer(t.Context(), m.by, m.ann.ID, directory.CustomerChange{Phone: &number})
		must(t, err)
	}
	has("+15550100104") // is always busy
	v, err := m.verifier.Begin(t.Context(), m.as)
	must(t, err)
	comesTrue(t, "it has failed", func() bool {
		now, err := m.directory.Verification(t.Context(), m.as, v.ID)
		must(t, err)
		return now.State == directory.NotVerifiable && strings.HasPrefix(now.Reason, "Nobody answered")
	})
	has("+4930123456") // where the account may not call
	if _, err := m.verifier.Begin(t.Context(), m.as); webtrunk.KindOf(err) != webtrunk.Forbidden {
		t.Errorf("where the account may not call: %v", err)
	}
}

// TestATelephonePays: the network vouches for a number that is known to be Ann's. It is told
// the price, a key accepts it, however her telephone says keys, and her wallet pays.
func TestATelephonePays(t *testing.T) {
	t.Parallel()
	for says, box := range map[string]carrier.Config{
		"by telephone-events": {},
		"by INFO":             {Codecs: []string{"PCMU", "PCMA"}},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			m := openMemberBeside(t, box, nil)
			phone, id := m.isAsked()
			must(t, phone.SendDigits(t.Context(), "1"))
			m.charged(id, 200)
			must(t, phone.Hangup(t.Context()))
			s := m.settledCall(id, 100_00)
			q, err := m.billing.Quote(t.Context(), s.Tenant, s.Quote)
			must(t, err)
			if s.Charged < 200 || q.Answer != billing.Accepted || q.Method != billing.ByDigits {
				t.Errorf("%d cents were charged, %s by %s", s.Charged, q.Answer, q.Method)
			}
			if infos := phone.Count("← INFO"); (infos > 0) != (len(box.Codecs) > 0) {
				t.Errorf("the key was said by %d INFOs", infos)
			}
		})
	}
}

// isAsked has Ann's telephone call the desk, and told what that costs.
func (m memberAt) isAsked() (*carrier.Call, webtrunk.CallID) {
	m.Helper()
	m.pays("dep_1", 100_00)
	m.verifies()
	desk := m.opensDesk()
	phone, err := m.carrier.Call(m.Context(), annsNumber, "+15550100001", nil)
	must(m.T, err)
	in, err := desk.Incoming(m.Context())
	must(m.T, err)
	must(m.T, in.Accept(m.Context()))
	reaches(m.T, phone, carrier.Reached(carrier.Confirmed))
	id := m.latest()
	comesTrue(m.T, "it is asked", func() bool { return m.happened(id, "prompt.started") == 1 })
	return phone, id
}

// TestATelephoneThatIsNobodysPaysNothing: a number that nobody has shown to be theirs cannot
// call where calls cost money, though somebody there would answer, and has money.
func TestATelephoneThatIsNobodysPaysNothing(t *testing.T) {
	t.Parallel()
	m := openMember(t, nil)
	m.pays("dep_1", 100_00)
	m.opensDesk()
	phone, err := m.carrier.Call(t.Context(), annsNumber, "+15550100001", nil)
	must(t, err)
	reaches(t, phone, carrier.Ended)
	id := m.latest()
	comesTrue(t, "the call is over", func() bool { return m.happened(id, "call.ended") == 1 })
	if rang := m.happened(id, "leg.added"); phone.End().Reached >= carrier.Answered || rang != 1 {
		t.Errorf("it came as far as %v, and %d parties were in it", phone.End().Reached, rang)
	}
	if _, err := m.billing.SessionOf(t.Context(), shelf.TenantOf(m.by), id); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("it is billed: %v", err)
	}
}

// charged waits until a call has cost at least so much.
func (k till) charged(id webtrunk.CallID, least int64) {
	k.Helper()
	comesTrue(k.T, "it is charged", func() bool {
		s, err := k.billing.SessionOf(k.Context(), shelf.TenantOf(k.by), id)
		must(k.T, err)
		return s.State == meter.Metering && s.Charged >= least
	})
}

// TestAMemberIsCalledBack: her own telephone rings first, then the merchant's; she accepts
// the price by a key and pays for what she talks.
func TestAMemberIsCalledBack(t *testing.T) {
	t.Parallel()
	m := openMember(t, nil)
	caller := &member.Caller{Directory: m.demo.directory, Calls: m.board, Reach: m.callers()}
	wish := member.Wish{ID: webtrunk.NewCallID(), Key: "pk_shop1", To: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100110"}}
	if err := caller.Call(t.Context(), m.as, wish); webtrunk.KindOf(err) != webtrunk.Conflict {
		t.Errorf("before her number is verified: %v", err)
	}
	m.verifies()
	abroad := wish
	abroad.To.Value = "+4930123456"
	if err := caller.Call(t.Context(), m.as, abroad); webtrunk.KindOf(err) != webtrunk.Forbidden {
		t.Errorf("where the page may not call: %v", err)
	}
	must(t, caller.Call(t.Context(), m.as, wish))
	comesTrue(t, "with an empty wallet it ends", func() bool { return m.happened(wish.ID, "call.ended") == 1 })
	if rang := m.happened(wish.ID, "leg.added"); rang != 0 {
		t.Errorf("%d telephones rang all the same", rang)
	}
	m.pays("dep_1", 100_00)
	wish.ID = webtrunk.NewCallID()
	must(t, caller.Call(t.Context(), m.as, wish))
	ann := m.answers(annsNumber)
	merchant := m.answers("+15550100110")
	comesTrue(t, "she was told to hold, and is asked", func() bool { return m.happened(wish.ID, "prompt.started") == 2 })
	must(t, ann.SendDigits(t.Context(), "1"))
	m.charged(wish.ID, 200)
	must(t, merchant.Hangup(t.Context()))
	reaches(t, ann, carrier.Ended)
	if s := m.settledCall(wish.ID, 100_00); s.Charged < 200 || s.State != meter.Settled {
		t.Errorf("%d cents were charged (%s)", s.Charged, s.State)
	}
}

// TestAMemberIsToldThatTheMerchantIsBusy: her telephone is not left hanging, and nothing is
// charged.
func TestAMemberIsToldThatTheMerchantIsBusy(t *testing.T) {
	t.Parallel()
	m := openMember(t, nil)
	m.pays("dep_1", 100_00)
	m.verifies()
	caller := &member.Caller{Directory: m.demo.directory, Calls: m.board, Reach: m.callers()}
	wish := member.Wish{ID: webtrunk.NewCallID(), Key: "pk_shop1", To: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100104"}}
	must(t, caller.Call(t.Context(), m.as, wish))
	ann := m.answers(annsNumber)
	reaches(t, ann, carrier.Ended)
	if s := m.settledCall(wish.ID, 100_00); s.Charged != 0 || s.State != meter.Voided {
		t.Errorf("%d cents were charged (%s)", s.Charged, s.State)
	}
	var said []string
	for r, err := range m.store.Read(t.Context(), event.Stream{Call: wish.ID}, 0) {
		must(t, err)
		var e struct {
			Prompt struct{ Phrase string }
		}
		must(t, json.Unmarshal(r.Data, &e))
		if r.Type == "prompt.started" {
			said = append(said, e.Prompt.Phrase)
		}
	}
	if want := []string{"say:zh:connecting", "say:zh:not_reached"}; !slices.Equal(said, want) {
		t.Errorf("she was told %q, want %q", said, want)
	}
}

// connects has a seller at a telephone connected to Ann, by nothing but her ID.
func (m memberAt) connects(seller string) webtrunk.CallID {
	m.Helper()
	id := webtrunk.NewCallID()
	from, err := m.callers().Reach(m.Context(), m.by, webtrunk.Address{Scheme: webtrunk.Tel, Value: seller})
	must(m.T, err)
	must(m.T, m.board.Request(call.Requested{ID: id, Account: m.by.Account, Test: m.by.Test, Caller: from, Via: m.by.ID,
		To: webtrunk.Address{Scheme: webtrunk.Customer, Value: m.ann.ID}}))
	return id
}

// TestASellerReachesACustomerWhoseContactStaysHidden: at her telephone, and on the page that
// receives for her, whichever is first; and nothing tells the seller where.
func TestASellerReachesACustomerWhoseContactStaysHidden(t *testing.T) {
	t.Parallel()
	const seller = "+15550100110"
	m := openMember(t, nil)
	id := m.connects(seller)
	m.answers(seller)
	ann := m.answers(annsNumber)
	comesTrue(t, "they talk", func() bool { return m.happened(id, "call.answered") == 1 })
	must(t, ann.Hangup(t.Context()))
	comesTrue(t, "it is over", func() bool { return m.happened(id, "call.ended") == 1 })
	told := ""
	for r, err := range m.store.Read(t.Context(), event.Stream{Call: id}, 0) {
		must(t, err)
		told += string(r.Data) + "\n"
	}
	if strings.Contains(told, annsNumber) || !strings.Contains(told, "customer:"+m.ann.ID) {
		t.Errorf("the seller is told\n%s", told)
	}

	_, token, err := m.demo.directory.CreateClientToken(t.Context(), m.by, directory.NewClientToken{Receives: m.ann.ID, Identity: directory.Visitor{Subject: "ann"}})
	must(t, err)
	page, err := visitor.Dial(t.Context(), "ws://"+m.site.addr().String()+"/v1/ws", visitor.Config{Key: "pk_shop1", Origin: "https://shop.example", ClientToken: token})
	must(t, err)
	t.Cleanup(func() { page.Close() })
	none := ""
	_, err = m.demo.directory.UpdateCustomer(t.Context(), m.by, m.ann.ID, directory.CustomerChange{Phone: &none})
	must(t, err)
	id = m.connects(seller)
	in, err := page.Incoming(t.Context())
	must(t, err)
	must(t, in.Accept(t.Context()))
	comesTrue(t, "they talk, on her page", func() bool { return m.happened(id, "call.answered") == 1 })
	_, err = in.Hangup(t.Context())
	must(t, err)
}

// TestNobodyElseReachesACustomer: no page by their ID, and no other account.
func TestNobodyElseReachesACustomer(t *testing.T) {
	t.Parallel()
	m := openMember(t, nil)
	_, err := m.page.Call(t.Context(), "customer:"+m.ann.ID, nil)
	if err == nil || !strings.Contains(err.Error(), "not_allowed") {
		t.Errorf("a page is answered %v", err)
	}
	_, err = m.demo.directory.Resolve(t.Context(), directory.Query{Account: "acct_other", To: webtrunk.Address{Scheme: webtrunk.Customer, Value: m.ann.ID}})
	if webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("another account: %v", err)
	}
}
