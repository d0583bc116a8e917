package trunk

import (
	"testing"

	"webtrunk"
)

// TestPresented: only the trunk's own number, those beside it and all that
// begin as one of them does are ever shown.
func TestPresented(t *testing.T) {
	tel := func(n string) webtrunk.Address { return webtrunk.Address{Scheme: webtrunk.Tel, Value: n} }
	i := Identity{CallerID: tel("+15550100001"), Numbers: []string{"+15550100002", "+4930555*"}}
	for asked, want := range map[webtrunk.Address]string{
		{}:                   "+15550100001",
		tel("+15550100001"):  "+15550100001",
		tel("+15550100002"):  "+15550100002",
		tel("+155501000021"): "+15550100001",
		tel("+1555010000"):   "+15550100001",
		tel("+4930555"):      "+4930555",
		tel("+493055512"):    "+493055512",
		tel("+493055"):       "+15550100001",
		tel("+442079460000"): "+15550100001",
		{Scheme: webtrunk.Browser, Value: "+15550100002"}:  "+15550100001",
		{Scheme: webtrunk.SIP, Value: "+15550100002@evil"}: "+15550100001",
	} {
		if got := i.Presented(asked); got != tel(want) {
			t.Errorf("%s is shown as %s", asked, got)
		}
	}
}
