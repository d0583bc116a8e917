package prompt

import "strconv"

// arabic speaks the standard language as announcements on telephones do, without
// the cases of nouns. What is kept:
//
//   - units before tens, and "wa" between all parts of a number;
//   - the gender of what is counted: a feminine noun has other numbers;
//   - one is the noun and then the number, two is the noun's dual alone, from
//     three to ten follows the plural, from eleven on the singular. After a
//     hundred the last two digits decide, and what ends in one or two is followed
//     by the singular;
//   - places in a queue up to 99 by their ordinals, and beyond as "number" and
//     the number.
type arabic struct{}

func (a arabic) number(i int) []string { return a.gendered(i, false) }

func (a arabic) gendered(i int, feminine bool) []string {
	if i == 0 {
		return []string{n(0)}
	}
	parts := [][]string{
		a.large(i/1_000_000, "million"),
		a.large(i/1000%1000, "thousand"),
		a.hundreds(i % 1000),
		a.below100(i%100, feminine),
	}
	return a.linked(parts)
}

// linked puts "wa" between the parts.
func (arabic) linked(parts [][]string) []string {
	var list []string
	for _, p := range parts {
		if len(p) > 0 && list != nil {
			list = append(list, "and")
		}
		list = append(list, p...)
	}
	return list
}

// large says so many thousands or millions, which are masculine nouns; of one,
// the noun is enough.
func (a arabic) large(i int, noun string) []string {
	switch i {
	case 0:
		return nil
	case 1:
		return []string{noun + ".one"}
	}
	return a.counted(i, noun, false)
}

func (arabic) hundreds(i int) []string {
	if i < 100 {
		return nil
	}
	return []string{n(i - i%100)}
}

// below100 says units before tens. A feminine one is another word before a ten.
func (arabic) below100(i int, feminine bool) []string {
	gender := "m."
	if feminine {
		gender = "f."
	}
	unit := i % 10
	switch {
	case i == 0:
		return nil
	case i < 20:
		return []string{gender + strconv.Itoa(i)}
	case unit == 0:
		return []string{n(i)}
	case unit == 1 && feminine:
		return []string{"f.1and", "and", n(i - 1)}
	}
	return []string{gender + strconv.Itoa(unit), "and", n(i - unit)}
}

// counted says so many of a noun.
func (a arabic) counted(i int, noun string, feminine bool) []string {
	switch {
	case i == 1 && feminine:
		return []string{noun + ".one", "f.1"}
	case i == 1:
		return []string{noun + ".one", "m.1"}
	case i == 2:
		return []string{noun + ".two"}
	}
	form := ".one"
	if last := i % 100; last >= 11 {
		form = ".many"
	} else if last >= 3 {
		form = ".few"
	}
	return append(a.gendered(i, feminine), noun+form)
}

func (a arabic) ordinal(i int) []string {
	unit := i % 10
	switch {
	case i >= 100:
		return append([]string{"o.number"}, a.number(i)...)
	case i < 20 || unit == 0:
		return []string{"o." + strconv.Itoa(i)}
	case unit == 1:
		return []string{"o.1and", "and", "o." + strconv.Itoa(i-1)}
	}
	return []string{"o." + strconv.Itoa(unit), "and", "o." + strconv.Itoa(i-unit)}
}

func (a arabic) place(i int) []string { return a.number(i) }

func (arabic) digit(key byte) string {
	if sign, ok := signs[key]; ok {
		return sign
	}
	if key == '0' {
		return n(0)
	}
	return "m." + string(key)
}

// feminineMoney are the units of money that are feminine nouns: rupee, krona and øre,
// halala, paisa and baisa. All others are masculine.
var feminineMoney = map[string]bool{
	"inr": true, "inr.minor": true, "sar.minor": true, "omr.minor": true,
	"sek": true, "sek.minor": true, "nok": true, "nok.minor": true, "dkk": true, "dkk.minor": true,
}

func (a arabic) money(currency string, major, minor int) []string {
	var parts [][]string
	if major > 0 || minor == 0 {
		parts = append(parts, a.counted(major, currency, feminineMoney[currency]))
	}
	if minor > 0 {
		parts = append(parts, a.counted(minor, currency+".minor", feminineMoney[currency+".minor"]))
	}
	return a.linked(parts)
}

// time says the hour by its ordinal, "the hour the second and five minutes".
func (a arabic) time(hour, minute int) []string {
	half := "t.pm"
	switch {
	case hour < 12:
		half = "t.am"
	case hour == 12:
		half = "t.noon"
	}
	list := []string{"t.the_hour", "h." + strconv.Itoa((hour+11)%12+1)}
	if minute > 0 {
		list = append(append(list, "and"), a.counted(minute, "minute", true)...)
	}
	return append(list, half)
}

func (a arabic) duration(hours, minutes, seconds int) []string {
	var parts [][]string
	if hours > 0 {
		parts = append(parts, a.counted(hours, "hour", true))
	}
	if minutes > 0 {
		parts = append(parts, a.counted(minutes, "minute", true))
	}
	if seconds > 0 || parts == nil {
		parts = append(parts, a.counted(seconds, "second", true))
	}
	return a.linked(parts)
}
