package main

import (
	"cmp"
	"fmt"
	"time"
)

// How a closed queue says to a person when it opens, in the languages in which callers
// are told all else: the sentence, and how a day and a time of it are written. Times are
// those of the queue's own zone, which is named.
var opens = map[string]struct {
	never   string // nobody knows when
	from    string // from a day on
	days    [7]string
	months  [12]string
	dayTime string // of weekday, day, month, time and zone
}{
	"en": {
		never:   "Nobody takes calls here at the moment.",
		from:    "Nobody takes calls here at the moment. Call again from %s on.",
		days:    [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months:  [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		dayTime: "%[1]s, %[2]d %[3]s, %[4]s %[5]s",
	},
	"zh": {
		never:   "目前无人接听。",
		from:    "目前无人接听。请于%s之后再来电。",
		days:    [7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
		months:  [12]string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
		dayTime: "%[3]s月%[2]d日%[1]s %[4]s（%[5]s）",
	},
	"ar": {
		never:   "لا أحد يستقبل المكالمات هنا في الوقت الحالي.",
		from:    "لا أحد يستقبل المكالمات هنا في الوقت الحالي. اتصل مجددًا ابتداءً من %s.",
		days:    [7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
		months:  [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
		dayTime: "%[1]s %[2]d %[3]s، الساعة %[4]s (%[5]s)",
	},
}

// opensAt is what a caller reads of a queue that is closed until then; zero is longer
// than anybody looks ahead.
func opensAt(at time.Time, language string) string {
	in := opens[cmp.Or(language, "en")]
	if at.IsZero() {
		return in.never
	}
	zone, _ := at.Zone()
	return fmt.Sprintf(in.from, fmt.Sprintf(in.dayTime, in.days[at.Weekday()], at.Day(), in.months[at.Month()-1], at.Format("15:04"), zone))
}
