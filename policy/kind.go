package policy

import (
	"slices"

	"github.com/nyaruka/phonenumbers"
)

// A Kind is what sort of number a number is, as the numbering plan of its
// country has it.
type Kind string

// The kinds of numbers.
const (
	FixedLine         Kind = "fixed_line"
	Mobile            Kind = "mobile"
	FixedLineOrMobile Kind = "fixed_line_or_mobile" // where the plan does not tell them apart, as in North America
	TollFree          Kind = "toll_free"
	PremiumRate       Kind = "premium_rate"
	SharedCost        Kind = "shared_cost"
	VoIP              Kind = "voip"
	PersonalNumber    Kind = "personal_number"
	Pager             Kind = "pager"
	UAN               Kind = "uan" // a company's one number
	Voicemail         Kind = "voicemail"
)

// Kinds returns all kinds of numbers.
func Kinds() []Kind {
	return []Kind{FixedLine, Mobile, FixedLineOrMobile, TollFree, VoIP, UAN, SharedCost, PersonalNumber, Pager, Voicemail, PremiumRate}
}

// UsualKinds are the kinds that may be called where nobody has named any: what
// people have at home, at work and in their pockets.
func UsualKinds() []Kind { return []Kind{FixedLine, Mobile, FixedLineOrMobile, TollFree, VoIP} }

func (k Kind) known() bool { return slices.Contains(Kinds(), k) }

var kindOf = map[phonenumbers.PhoneNumberType]Kind{
	phonenumbers.FIXED_LINE: FixedLine, phonenumbers.MOBILE: Mobile, phonenumbers.FIXED_LINE_OR_MOBILE: FixedLineOrMobile,
	phonenumbers.TOLL_FREE: TollFree, phonenumbers.PREMIUM_RATE: PremiumRate, phonenumbers.SHARED_COST: SharedCost,
	phonenumbers.VOIP: VoIP, phonenumbers.PERSONAL_NUMBER: PersonalNumber, phonenumbers.PAGER: Pager, phonenumbers.UAN: UAN,
	phonenumbers.VOICEMAIL: Voicemail,
}

// words are what the kinds are called in a sentence.
var words = map[Kind]string{
	FixedLine: "a fixed line", Mobile: "a mobile telephone", FixedLineOrMobile: "a fixed line or a mobile telephone", TollFree: "a toll-free number",
	PremiumRate: "a premium-rate number", SharedCost: "a shared-cost number", VoIP: "an Internet telephone", PersonalNumber: "a personal number",
	Pager: "a pager", UAN: "a company's universal number", Voicemail: "a voice mailbox",
}
