package prompt

import "strconv"

// english speaks as in America: no "and" within a number, twelve hours and a.m.
// or p.m. to a time, "oh five" for the minutes below ten.
type english struct{}

func (e english) number(i int) []string {
	if i == 0 {
		return []string{n(0)}
	}
	var list []string
	if i >= 1_000_000 {
		list = append(e.number(i/1_000_000), "n.million")
	}
	if k := i / 1000 % 1000; k > 0 {
		list = append(append(list, e.number(k)...), "n.thousand")
	}
	if h := i / 100 % 10; h > 0 {
		list = append(list, n(h), "n.hundred")
	}
	return append(list, e.below100(i%100)...)
}

func (english) below100(i int) []string {
	switch {
	case i == 0:
		return nil
	case i < 20:
		return []string{n(i)}
	case i%10 == 0:
		return []string{n(i)}
	}
	return []string{n(i - i%10), n(i % 10)}
}

// ordinal changes the last word only.
func (e english) ordinal(i int) []string {
	rest := i % 100
	if rest == 0 {
		return []string{n(i / 100), "o.hundred"}
	}
	var list []string
	if i > 100 {
		list = e.number(i - rest)
	}
	if rest > 20 && rest%10 > 0 {
		list, rest = append(list, n(rest-rest%10)), rest%10
	}
	return append(list, "o."+strconv.Itoa(rest))
}

func (e english) place(i int) []string { return e.number(i) }

func (english) digit(key byte) string {
	if sign, ok := signs[key]; ok {
		return sign
	}
	return n(int(key - '0'))
}

func (e english) counted(i int, unit string) []string {
	if i == 1 {
		return []string{n(1), unit + ".one"}
	}
	return append(e.number(i), unit+".many")
}

func (e english) money(currency string, major, minor int) []string {
	var parts [][]string
	if major > 0 || minor == 0 {
		parts = append(parts, e.counted(major, currency))
	}
	if minor > 0 {
		parts = append(parts, e.counted(minor, currency+".minor"))
	}
	return joined(parts, "and")
}

func (e english) time(hour, minute int) []string {
	switch {
	case hour == 0 && minute == 0:
		return []string{"t.midnight"}
	case hour == 12 && minute == 0:
		return []string{"t.noon"}
	}
	half := "t.am"
	if hour >= 12 {
		half = "t.pm"
	}
	list := []string{n((hour+11)%12 + 1)}
	switch {
	case minute == 0:
		return append(list, half)
	case minute < 10:
		list = append(list, "t.oh")
	}
	return append(append(list, e.number(minute)...), half)
}

func (e english) duration(hours, minutes, seconds int) []string {
	var parts [][]string
	for _, p := range []struct {
		count int
		unit  string
	}{{hours, "hour"}, {minutes, "minute"}, {seconds, "second"}} {
		if p.count > 0 {
			parts = append(parts, e.counted(p.count, p.unit))
		}
	}
	if parts == nil {
		return e.counted(0, "second")
	}
	return joined(parts, "and")
}
