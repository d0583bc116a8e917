package policy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"webtrunk"
)

// A number is what can be told of a telephone number from its digits.
type number struct {
	value     string // +E.164
	code      string // its country calling code with the plus; empty where there is none such
	countries []string
	country   string // ISO 3166, of the countries that share the code; empty where no plan has the number
	kind      Kind   // empty where no plan has the number
	network   bool   // the code is of no country: satellites, international networks and services
	short     bool
	emergency bool
}

// shortest is how many digits the shortest subscriber numbers of the world have,
// country calling code included: those of Niue and Saint Helena. What has fewer
// is a short number that somebody wrote with a plus.
const shortest = 7

// nowhere is how phonenumbers calls the region of a code that no country has.
const nowhere = "001"

// read tells what a number is. home is the country of the operator: a carrier
// there may take what begins with another code for a number of its own.
func read(to webtrunk.Address, home string) number {
	return readings.of(dialled{to.Value, home})
}

func analyse(d dialled) number {
	n := number{value: d.value, short: len(d.value)-1 < shortest, emergency: emergency(d.value, d.home)}
	parsed, err := phonenumbers.Parse(d.value, "ZZ")
	if err != nil {
		return n
	}
	code := int(parsed.GetCountryCode())
	n.code = "+" + strconv.Itoa(code)
	n.countries = phonenumbers.GetRegionCodesForCountryCode(code)
	n.network = slices.Contains(n.countries, nowhere)
	country := phonenumbers.GetRegionCodeForNumber(parsed)
	if !phonenumbers.IsValidNumberForRegion(parsed, country) {
		return n
	}
	n.country = country
	n.kind = kindOf[phonenumbers.GetNumberType(parsed)]
	return n
}

// emergency reports whether a number is one for emergencies, however it was
// dressed up to pass for another: +112, +49112, +490112, +1911.
func emergency(value, home string) bool {
	digits := strings.TrimPrefix(value, "+")
	if len(digits) < shortest && reachesHelp(digits, regions()) {
		return true
	}
	for length := 1; length <= 3 && length < len(digits); length++ { // of a country calling code
		code, _ := strconv.Atoi(digits[:length])
		regions := phonenumbers.GetRegionCodesForCountryCode(code)
		if len(regions) == 0 {
			continue
		}
		regions = append([]string{home}, regions...)
		national, bare := digits[length:], strings.TrimLeft(digits[length:], "0")
		return reachesHelp(national, regions) || bare != national && reachesHelp(bare, regions)
	}
	return false
}

// reachesHelp reports whether digits, dialled in one of some countries, or in
// any network of mobile telephones (3GPP TS 22.101 §10), reach those who help.
func reachesHelp(digits string, countries []string) bool {
	if digits == "112" || digits == "911" {
		return true
	}
	return slices.ContainsFunc(countries, func(country string) bool {
		return country != "" && country != nowhere && phonenumbers.IsEmergencyNumber(digits, country)
	})
}

// CountryOf returns the ISO 3166 code of the country of a number, or of the
// largest of those that share its calling code; empty where there is none.
func CountryOf(to webtrunk.Address) string {
	if to.Scheme != webtrunk.Tel {
		return ""
	}
	parsed, err := phonenumbers.Parse(to.Value, "ZZ")
	if err != nil {
		return ""
	}
	country := phonenumbers.GetRegionCodeForNumber(parsed)
	if country == "" {
		country = phonenumbers.GetRegionCodeForCountryCode(int(parsed.GetCountryCode()))
	}
	if country == nowhere || country == phonenumbers.UNKNOWN_REGION {
		return ""
	}
	return country
}
