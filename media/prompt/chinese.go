package prompt

// chinese speaks Mandarin. Two is 二 in a number and a digit, 两 before a measure
// word, 千, 万 and 亿; before 百 both are right, and 二 is said here. A digit 1 is
// 幺, as in telephone numbers. Sums in CNY have 角 and 分, and 零 before 分 where
// there is no 角.
type chinese struct{}

// number says four digits at a time, with 亿 and 万 after them.
func (c chinese) number(i int) []string {
	if i == 0 {
		return []string{n(0)}
	}
	var list []string
	skipped := false // a section of zeros lies between what is said
	for _, s := range []struct {
		value int
		unit  string
	}{{i / 100_000_000, "n.yi"}, {i / 10_000 % 10_000, "n.wan"}, {i % 10_000, ""}} {
		if s.value == 0 {
			skipped = list != nil
			continue
		}
		if list != nil && (skipped || s.value < 1000) {
			list = append(list, n(0))
		}
		skipped = false
		list = c.section(list, s.value, s.unit)
	}
	return list
}

// section says 1 to 9999 and its unit.
func (c chinese) section(list []string, i int, unit string) []string {
	if i == 2 && unit != "" {
		return append(list, "n.liang", unit)
	}
	began, gap := false, false
	for _, d := range []struct {
		digit int
		unit  string
	}{{i / 1000, "n.thousand"}, {i / 100 % 10, "n.hundred"}, {i / 10 % 10, "n.ten"}, {i % 10, ""}} {
		if d.digit == 0 {
			gap = began
			continue
		}
		if gap {
			list = append(list, n(0))
		}
		list = append(list, c.power(d.digit, d.unit, len(list) == 0)...)
		began, gap = true, false
	}
	if unit != "" {
		list = append(list, unit)
	}
	return list
}

// power says a digit and its power of ten; ten by itself is 十, not 一十.
func (chinese) power(digit int, unit string, first bool) []string {
	switch {
	case unit == "":
		return []string{n(digit)}
	case unit == "n.ten" && digit == 1 && first:
		return []string{unit}
	case unit == "n.thousand" && digit == 2:
		return []string{"n.liang", unit}
	}
	return []string{n(digit), unit}
}

func (c chinese) ordinal(i int) []string { return append([]string{"o.th"}, c.number(i)...) }

// place is an ordinal: 第三位.
func (c chinese) place(i int) []string { return c.ordinal(i) }

func (chinese) digit(key byte) string {
	if sign, ok := signs[key]; ok {
		return sign
	}
	if key == '1' {
		return "d.yao"
	}
	return n(int(key - '0'))
}

// counted says a number before a measure word.
func (c chinese) counted(i int, measure string) []string {
	if i == 2 {
		return []string{"n.liang", measure}
	}
	return append(c.number(i), measure)
}

func (c chinese) money(currency string, major, minor int) []string {
	var list []string
	if major > 0 || minor == 0 {
		list = c.counted(major, currency)
	}
	if currency != "cny" {
		if minor > 0 {
			list = append(list, c.counted(minor, currency+".minor")...)
		}
		return list
	}
	jiao, fen := minor/10, minor%10
	switch {
	case jiao > 0:
		list = append(list, c.counted(jiao, "cny.jiao")...)
	case fen > 0 && major > 0:
		list = append(list, n(0))
	}
	if fen > 0 {
		list = append(list, c.counted(fen, "cny.minor")...)
	}
	return list
}

// time says which part of the day it is, and twelve hours.
func (c chinese) time(hour, minute int) []string {
	part := "t.evening"
	switch {
	case hour < 6:
		part = "t.night"
	case hour < 12:
		part = "t.morning"
	case hour == 12:
		part = "t.noon"
	case hour < 18:
		part = "t.afternoon"
	}
	if hour > 12 {
		hour -= 12
	}
	list := append([]string{part}, c.counted(hour, "t.hour")...)
	if minute == 0 {
		return list
	}
	if minute < 10 {
		list = append(list, n(0))
	}
	return append(append(list, c.number(minute)...), "t.minute")
}

func (c chinese) duration(hours, minutes, seconds int) []string {
	var list []string
	if hours > 0 {
		list = append(list, c.counted(hours, "hour")...)
	}
	if minutes > 0 {
		list = append(list, c.counted(minutes, "minute")...)
	}
	if seconds > 0 || list == nil {
		list = append(list, c.counted(seconds, "second")...)
	}
	return list
}
