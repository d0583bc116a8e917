package policy

import (
	"strings"
	"testing"

	"webtrunk"
)

// Nothing is open but the countries and the kinds of numbers that were named;
// what each refusal says is what its caller hears.
func TestNothingIsOpenButWhatWasNamed(t *testing.T) {
	g := newGuard(t, nil)
	for number, want := range map[string]Rule{
		berlin: "", vienna: "", "+4915112345678": "", "+498001234567": "", // landline, Austria, mobile, toll-free
		"+15550100101": "", // fictional, by its prefix

		paris: RuleCountry, "+12125551234": RuleCountry, "+18765551234": RuleCountry, "+447700900123": RuleCountry, "+15550110101": RuleCountry,
		"+499001234567": RuleType, "+4918012345678": RuleType, "+491801234567": RuleType, "+4970012345678": RuleType,
		"+4900000000": RuleNumber, "+49301": RuleShort, "+4911833": RuleNumber,
		"+88213555010": RuleNetwork, "+88216123456": RuleNetwork, "+870773111632": RuleNetwork, "+881612345678": RuleNetwork,
		"+883510001234567": RuleNetwork, "+878101234567890": RuleNetwork, "+979123456789": RuleNetwork, "+80012345678": RuleNetwork, "+80812345678": RuleNetwork,
		"+19005550100": RuleCountry, "+2101234567": RuleCountry, "+9991234567": RuleCountry,
		"+118": RuleEmergency, "+12345": RuleShort, "+612345": RuleShort,
	} {
		r := g.judgeNumber(policies{bounds: german}, false, read(tel(number), "DE"))
		switch {
		case want == "" && r != nil:
			t.Errorf("%s: %v", number, r)
		case want != "" && (r == nil || r.Rule != want || r.Scope != Gateway || !strings.HasSuffix(r.Message, ".")):
			t.Errorf("%s: %+v, want %s", number, r, want)
		}
	}
}

// However it is dressed up, an emergency number is told to be one: also where
// everything is open, and to test calls.
func TestEmergencyNumbersAreForTelephones(t *testing.T) {
	g := newGuard(t, nil)
	open := Rules{Countries: []string{"DE", "US", "GB", "FR", "AU", "IT"}, AllowPrefixes: []string{"+11", "+49", "+9", "+4911", "+49112", "+1911"}}
	for _, number := range []string{
		"+112", "+911", "+110", "+999", "+118", "+000112"[:1] + "112", "+49112", "+49110", "+490112", "+4900110", "+1911", "+1112", "+44999", "+44112",
		"+33112", "+3317"[:3] + "17", "+61000", "+39113", "+390113", "+91112", "+43112", "+81119", "+888112"[:4] + "112",
	} {
		for _, test := range []bool{false, true} {
			r := g.judgeNumber(policies{bounds: open}, test, read(tel(number), "DE"))
			if r == nil || r.Rule != RuleEmergency || !strings.Contains(r.Message, "Use a telephone") {
				t.Errorf("%s (test %v): %+v", number, test, r)
			}
		}
	}
	for _, number := range []string{berlin, vienna, "+12129110000", "+4911245678901", "+441129112112"} {
		if n := read(tel(number), "DE"); n.emergency {
			t.Errorf("%s is taken for an emergency number", number)
		}
	}
}

// Test calls reach the simulated carrier, whose numbers are no country's.
func TestTestCallsGoToAnyNumberButEmergencies(t *testing.T) {
	g := newGuard(t, nil)
	for _, number := range []string{"+15550100101", "+19005550100", "+88213555010"} {
		if r := g.judgeNumber(policies{}, true, read(tel(number), "DE")); r != nil {
			t.Errorf("%s: %v", number, r)
		}
	}
	if r := g.judgeNumber(policies{}, true, read(tel("+12345"), "DE")); r == nil || r.Rule != RuleShort {
		t.Errorf("a short number: %v", r)
	}
}

func TestTheLongerPrefixCounts(t *testing.T) {
	for _, c := range []struct {
		allow, deny, number string
		want                Rule
	}{
		{"+33", "", paris, ""},
		{"+33", "", "+33891123456", RuleType},   // a country's code opens no premium numbers of it
		{"+3389", "", "+33891123456", ""},       // their own prefix does
		{"+33", "", "+33000000000", RuleNumber}, // nor what nobody has
		{"+331", "+33142", paris, RulePrefix},   // the longer denies
		{"+331426", "+33142", paris, ""},        // the longer allows
		{"+33142", "+33142", paris, RulePrefix}, // of equal ones, the one that denies
		{"", "+4930", berlin, RulePrefix},       // also in a country that is open
		{"+881", "", "+881612345678", ""},       // a satellite, by its own code
		{"+8", "", "+881612345678", ""},         // or by what begins it, if an operator means that
		{"+88213", "", "+88216123456", RuleNetwork},
		{"+99", "", "+9991234567", ""}, // a code that nobody has yet
		{"+1900", "", "+19005550100", ""},
		{"+1", "", "+19005550100", RuleType},
	} {
		rules := german
		rules.AllowPrefixes, rules.DenyPrefixes = nil, nil
		if c.allow != "" {
			rules.AllowPrefixes = []string{"+1555", c.allow}
		}
		if c.deny != "" {
			rules.DenyPrefixes = []string{c.deny}
		}
		got := Rule("")
		if r := rules.open(read(tel(c.number), "DE")); r != nil {
			got = r.Rule
		}
		if got != c.want {
			t.Errorf("allow %q, deny %q, %s: %q, want %q", c.allow, c.deny, c.number, got, c.want)
		}
	}
}

// An account narrows what the operator has opened, and opens nothing.
func TestAnAccountOnlyNarrows(t *testing.T) {
	g := newGuard(t, nil)
	for _, c := range []struct {
		own    Rules
		number string
		want   Rule
	}{
		{Rules{}, berlin, ""},
		{Rules{}, "+15550100101", ""},
		{Rules{Countries: []string{"AT"}}, berlin, RuleCountry},
		{Rules{Countries: []string{"AT"}}, vienna, ""},
		{Rules{Countries: []string{}}, vienna, RuleCountry}, // an empty list opens none
		{Rules{Types: []Kind{Mobile}}, berlin, RuleType},
		{Rules{Types: []Kind{Mobile}}, "+4915112345678", ""},
		{Rules{DenyPrefixes: []string{"+4930"}}, berlin, RulePrefix},
		{Rules{DenyPrefixes: []string{"+4930"}, AllowPrefixes: []string{"+493012345"}}, berlin, ""},
		{Rules{Countries: []string{"AT"}, AllowPrefixes: []string{"+4930"}}, berlin, ""},
		{Rules{Countries: []string{"FR"}, AllowPrefixes: []string{"+33"}}, paris, RuleCountry}, // the operator has not
		{Rules{Countries: []string{"US"}, AllowPrefixes: []string{"+1900"}, Types: []Kind{PremiumRate}}, "+19005550100", RuleCountry},
	} {
		got := Rule("")
		if r := g.judgeNumber(policies{german, c.own}, false, read(tel(c.number), "DE")); r != nil {
			got = r.Rule
		}
		if got != c.want {
			t.Errorf("own %+v, %s: %q, want %q", c.own, c.number, got, c.want)
		}
	}
}

func TestSIPAddressesAreOpenByTheirHost(t *testing.T) {
	g := newGuard(t, nil)
	rules := Rules{SIPHosts: []string{"pbx.example.com"}}
	for to, want := range map[string]Rule{
		"sip:alice@pbx.example.com": "", "sip:alice@PBX.example.com": "",
		"sip:alice@evil.example": RuleSIPHost, "sip:+19005550100@127.0.0.1": RuleSIPHost,
		"sip:112@pbx.example.com": RuleEmergency, "sip:+49112@pbx.example.com": RuleEmergency,
	} {
		a, err := webtrunk.ParseAddress(to)
		if err != nil {
			t.Fatal(err)
		}
		got := Rule("")
		if r := g.judgeSIP(policies{bounds: rules}, false, a); r != nil {
			got = r.Rule
		}
		if got != want {
			t.Errorf("%s: %q, want %q", to, got, want)
		}
	}
}

func TestRulesThatCannotBeMeantAreNamed(t *testing.T) {
	for says, r := range map[string]Rules{
		`"Germany" is no country`:         {Countries: []string{"Germany"}},
		`"XX" is no country`:              {Countries: []string{"XX"}},
		`"cheap" is no type`:              {Types: []Kind{"cheap"}},
		`"+" is no beginning`:             {AllowPrefixes: []string{"+"}},
		`"0049" is no beginning`:          {DenyPrefixes: []string{"0049"}},
		`"a b" is no host`:                {SIPHosts: []string{"a b"}},
		"A limit is 0, for none, or more": {Limits: Limits{Visitor: Limit{AtOnce: -1}}},
		"Say in which currency":           {Limits: Limits{Account: Limit{Spend: 1}}},
		"three letters":                   {Limits: Limits{Currency: "Euro"}},
	} {
		err := r.Validate()
		if webtrunk.KindOf(err) != webtrunk.Invalid || !strings.Contains(webtrunk.MessageOf(err, ""), says) {
			t.Errorf("want %q, got %v", says, err)
		}
	}
	if err := (Rules{Countries: []string{"DE"}, Types: Kinds(), AllowPrefixes: []string{"+1555010"}, Limits: UsualLimits()}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestTheOperatorsCountryFollowsFromItsNumber(t *testing.T) {
	for number, country := range map[string]string{berlin: "DE", "+15550100001": "US", "+447700900123": "GB", "+88216123456": "", "+9991234567": ""} {
		if got := CountryOf(tel(number)); got != country {
			t.Errorf("%s: %q, want %q", number, got, country)
		}
	}
}

func FuzzReadNumber(f *testing.F) {
	for _, s := range []string{"+112", berlin, "+88213555010", "+1900", "+999999999999999", "+490112"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		to, err := webtrunk.ParseNumber(s)
		if err != nil {
			return
		}
		n := read(to, "DE")
		if n.country != "" && n.kind == "" && !n.network {
			// A plan may have a number of no kind that we know; it is then refused.
			if r := (Rules{Countries: []string{n.country}}).open(n); r == nil {
				t.Errorf("%s of no kind is open", to)
			}
		}
		if r := (Rules{}).open(n); r == nil {
			t.Errorf("%s is open where nothing is", to)
		}
	})
}
