package prompt

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// said returns the clips that an item is said with, as one line.
func said(t *testing.T, language, text string) string {
	t.Helper()
	p, err := parse(text, language)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range p.items {
		words, spoken, err := i.words(languages[language])
		if err != nil || !spoken {
			t.Fatalf("%s: spoken %v, %v", text, spoken, err)
		}
		all = append(all, words...)
	}
	return strings.Join(all, " ")
}

func checkTable(t *testing.T, language string, cases []string) {
	t.Helper()
	for _, c := range cases {
		text, want, _ := strings.Cut(c, " = ")
		if got := said(t, language, text); got != want {
			t.Errorf("%s %s\n got %s\nwant %s", language, text, got, want)
		}
	}
}

func TestEnglish(t *testing.T) {
	checkTable(t, "en", []string{
		"number:0 = n.0",
		"number:7 = n.7",
		"number:13 = n.13",
		"number:20 = n.20",
		"number:42 = n.40 n.2",
		"number:100 = n.1 n.hundred",
		"number:115 = n.1 n.hundred n.15",
		"number:1000 = n.1 n.thousand",
		"number:20000 = n.20 n.thousand",
		"number:1000001 = n.1 n.million n.1",
		"number:999999999 = n.9 n.hundred n.90 n.9 n.million n.9 n.hundred n.90 n.9 n.thousand n.9 n.hundred n.90 n.9",
		"ordinal:1 = o.1",
		"ordinal:12 = o.12",
		"ordinal:20 = o.20",
		"ordinal:23 = n.20 o.3",
		"ordinal:100 = n.1 o.hundred",
		"ordinal:101 = n.1 n.hundred o.1",
		"ordinal:999 = n.9 n.hundred n.90 o.9",
		"place:3 = n.3",
		"digits:+4*0# = d.plus n.4 d.star n.0 d.hash",
		"money:USD:1 = n.1 usd.one",
		"money:USD:0 = n.0 usd.many",
		"money:usd:12.50 = n.12 usd.many and n.50 usd.minor.many",
		"money:EUR:0.01 = n.1 eur.minor.one",
		"money:GBP:2.1 = n.2 gbp.many and n.10 gbp.minor.many",
		"money:JPY:120 = n.1 n.hundred n.20 jpy.many",
		"money:KRW:1 = n.1 krw.one",
		"money:KWD:1.250 = n.1 kwd.one and n.2 n.hundred n.50 kwd.minor.many",
		"money:KWD:0.005 = n.5 kwd.minor.many",
		"money:BHD:2.5 = n.2 bhd.many and n.5 n.hundred bhd.minor.many",
		"money:CHF:0.05 = n.5 chf.minor.many",
		"this_call_costs,money:EUR:1.20,per_minute,minimum_is,duration:60,press_one_to_accept = " +
			"this_call_costs n.1 eur.one and n.20 eur.minor.many per_minute minimum_is n.1 minute.one press_one_to_accept",
		"balance_lasts,duration:180 = balance_lasts n.3 minute.many",
		"time:00:00 = t.midnight",
		"time:12:00 = t.noon",
		"time:00:05 = n.12 t.oh n.5 t.am",
		"time:14:00 = n.2 t.pm",
		"time:12:30 = n.12 n.30 t.pm",
		"time:23:59 = n.11 n.50 n.9 t.pm",
		"duration:0 = n.0 second.many",
		"duration:1 = n.1 second.one",
		"duration:120 = n.2 minute.many",
		"duration:3661 = n.1 hour.one n.1 minute.one and n.1 second.one",
		"you_are_number,place:2,in_the_queue = you_are_number n.2 in_the_queue",
	})
}

func TestChinese(t *testing.T) {
	checkTable(t, "zh", []string{
		"number:0 = n.0",
		"number:2 = n.2",
		"number:10 = n.ten",
		"number:12 = n.ten n.2",
		"number:20 = n.2 n.ten",
		"number:42 = n.4 n.ten n.2",
		"number:100 = n.1 n.hundred",
		"number:101 = n.1 n.hundred n.0 n.1",             // 一百零一
		"number:110 = n.1 n.hundred n.1 n.ten",           // 一百一十
		"number:222 = n.2 n.hundred n.2 n.ten n.2",       // 二百二十二
		"number:2000 = n.liang n.thousand",               // 两千
		"number:2002 = n.liang n.thousand n.0 n.2",       // 两千零二
		"number:1010 = n.1 n.thousand n.0 n.1 n.ten",     // 一千零一十
		"number:10000 = n.1 n.wan",                       // 一万
		"number:20000 = n.liang n.wan",                   // 两万
		"number:10010 = n.1 n.wan n.0 n.1 n.ten",         // 一万零一十
		"number:100000 = n.ten n.wan",                    // 十万
		"number:120000 = n.ten n.2 n.wan",                // 十二万
		"number:101000 = n.ten n.wan n.1 n.thousand",     // 十万一千
		"number:100000000 = n.1 n.yi",                    // 一亿
		"number:200000000 = n.liang n.yi",                // 两亿
		"number:100000001 = n.1 n.yi n.0 n.1",            // 一亿零一
		"number:100001000 = n.1 n.yi n.0 n.1 n.thousand", // 一亿零一千
		"number:100020000 = n.1 n.yi n.0 n.liang n.wan",  // 一亿零两万
		"number:999999999 = n.9 n.yi n.9 n.thousand n.9 n.hundred n.9 n.ten n.9 n.wan n.9 n.thousand n.9 n.hundred n.9 n.ten n.9", // 九亿…
		"ordinal:2 = o.th n.2",    // 第二
		"ordinal:10 = o.th n.ten", // 第十
		"you_are_number,place:2,in_the_queue = you_are_number o.th n.2 in_the_queue", // 您排在第二位
		"digits:110 = d.yao d.yao n.0", // 幺幺零
		"digits:*2# = d.star n.2 d.hash",
		"money:CNY:2 = n.liang cny",                                             // 两元
		"money:CNY:0 = n.0 cny",                                                 // 零元
		"money:CNY:12.50 = n.ten n.2 cny n.5 cny.jiao",                          // 十二元五角
		"money:CNY:12.05 = n.ten n.2 cny n.0 n.5 cny.minor",                     // 十二元零五分
		"money:CNY:12.34 = n.ten n.2 cny n.3 cny.jiao n.4 cny.minor",            // 十二元三角四分
		"money:CNY:0.22 = n.liang cny.jiao n.liang cny.minor",                   // 两角两分
		"money:CNY:0.05 = n.5 cny.minor",                                        // 五分
		"money:USD:2.20 = n.liang usd n.2 n.ten usd.minor",                      // 两美元二十美分
		"money:JPY:2 = n.liang jpy",                                             // 两日元
		"money:KWD:1.205 = n.1 kwd n.2 n.hundred n.0 n.5 kwd.minor",             // 一科威特第纳尔二百零五菲尔斯
		"time:14:05 = t.afternoon n.liang t.hour n.0 n.5 t.minute",              // 下午两点零五分
		"time:14:00 = t.afternoon n.liang t.hour",                               // 下午两点
		"time:00:30 = t.night n.0 t.hour n.3 n.ten t.minute",                    // 凌晨零点三十分
		"time:09:12 = t.morning n.9 t.hour n.ten n.2 t.minute",                  // 上午九点十二分
		"time:12:00 = t.noon n.ten n.2 t.hour",                                  // 中午十二点
		"time:22:10 = t.evening n.ten t.hour n.ten t.minute",                    // 晚上十点十分
		"duration:120 = n.liang minute",                                         // 两分钟
		"duration:7325 = n.liang hour n.liang minute n.5 second",                // 两小时两分钟五秒
		"duration:0 = n.0 second",                                               // 零秒
		"estimated_wait,duration:720 = estimated_wait n.ten n.2 minute",         // 预计等待时间十二分钟
		"price_is,money:CNY:0.10,per_minute = price_is n.1 cny.jiao per_minute", // 价格是一角每分钟
	})
}

func TestArabic(t *testing.T) {
	checkTable(t, "ar", []string{
		"number:0 = n.0",
		"number:3 = m.3",
		"number:11 = m.11",
		"number:21 = m.1 and n.20", // واحد وعشرون
		"number:42 = m.2 and n.40", // اثنان وأربعون
		"number:100 = n.100",       // مئة
		"number:200 = n.200",       // مئتان
		"number:101 = n.100 and m.1",
		"number:125 = n.100 and m.5 and n.20", // مئة وخمسة وعشرون
		"number:1000 = thousand.one",          // ألف
		"number:2000 = thousand.two",          // ألفان
		"number:3000 = m.3 thousand.few",      // ثلاثة آلاف
		"number:11000 = m.11 thousand.many",   // أحد عشر ألفا
		"number:100000 = n.100 thousand.one",  // مئة ألف
		"number:103000 = n.100 and m.3 thousand.few",
		"number:1000000 = million.one",
		"number:2002002 = million.two and thousand.two and m.2",
		"number:999999999 = n.900 and m.9 and n.90 million.many and n.900 and m.9 and n.90 thousand.many and n.900 and m.9 and n.90",
		"ordinal:1 = o.1",
		"ordinal:11 = o.11",
		"ordinal:20 = o.20",
		"ordinal:21 = o.1and and o.20", // الحادي والعشرون
		"ordinal:35 = o.5 and o.30",
		"ordinal:100 = o.number n.100",
		"place:7 = m.7",
		"digits:0*7 = n.0 d.star m.7",
		"money:SAR:0 = n.0 sar.one",
		"money:SAR:1 = sar.one m.1",     // ريال واحد
		"money:SAR:2 = sar.two",         // ريالان
		"money:SAR:3 = m.3 sar.few",     // ثلاثة ريالات
		"money:SAR:11 = m.11 sar.many",  // أحد عشر ريالا
		"money:SAR:100 = n.100 sar.one", // مئة ريال
		"money:SAR:102 = n.100 and m.2 sar.one",
		"money:SAR:105 = n.100 and m.5 sar.few",
		"money:SAR:1.01 = sar.one m.1 and sar.minor.one f.1", // ريال واحد وهللة واحدة
		"money:SAR:0.03 = f.3 sar.minor.few",                 // ثلاث هللات
		"money:SAR:0.21 = f.1and and n.20 sar.minor.many",    // إحدى وعشرون هللة
		"money:INR:1 = inr.one f.1",                          // روبية هندية واحدة
		"money:SEK:3.02 = f.3 sek.few and sek.minor.two",
		"money:JPY:11 = m.11 jpy.many",
		"money:KWD:2.105 = kwd.two and n.100 and m.5 kwd.minor.few", // ديناران كويتيان ومئة وخمسة فلوس
		"money:OMR:0.003 = f.3 omr.minor.few",
		"money:AED:5.25 = m.5 aed.few and m.5 and n.20 aed.minor.many",
		"time:14:05 = t.the_hour h.2 and f.5 minute.few t.pm", // الساعة الثانية وخمس دقائق مساء
		"time:00:00 = t.the_hour h.12 t.am",
		"time:12:30 = t.the_hour h.12 and n.30 minute.many t.noon",
		"time:01:02 = t.the_hour h.1 and minute.two t.am",
		"duration:60 = minute.one f.1",    // دقيقة واحدة
		"duration:120 = minute.two",       // دقيقتان
		"duration:180 = f.3 minute.few",   // ثلاث دقائق
		"duration:720 = f.12 minute.many", // اثنتا عشرة دقيقة
		"duration:3723 = hour.one f.1 and minute.two and f.3 second.few",
		"duration:0 = n.0 second.one",
	})
}

// everything returns phrases that use every rule of every grammar: all small
// values, all values around the borders, and many others.
func everything() (list []string) {
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	for i := range 2200 {
		add("number:%d", i)
		add("number:%d", i*1000)
		if i > 0 && i < 1000 {
			add("ordinal:%d", i)
			add("place:%d", i)
			add("duration:%d", i*3600+i)
		}
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 2000 {
		add("number:%d", r.IntN(1_000_000_000))
	}
	for minute := range 24 * 60 {
		add("time:%02d:%02d", minute/60, minute%60)
	}
	for _, c := range currencies {
		for i := range 250 {
			add("money:%s:%d", c.name, i)
			switch c.digits {
			case 2:
				add("money:%s:%d.%02d", c.name, i%3, i%100)
			case 3:
				add("money:%s:%d.%03d", c.name, i%3, i*4)
				add("money:%s:%d.%03d", c.name, i%3, i)
			}
		}
	}
	for second := range 4000 {
		add("duration:%d", second)
	}
	add("digits:0123456789*#+")
	return list
}

// Every phrase that the grammar can ask for exists in all languages, and no
// clip is shipped that nothing asks for.
func TestEveryPhraseExistsInEveryLanguage(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	l, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	var sentences []string
	for language, g := range languages {
		clips := listed(t, language)
		asked := map[string]bool{}
		for _, text := range everything() {
			p, err := parse(text, language)
			if err != nil {
				t.Fatal(err)
			}
			words, spoken, err := p.items[0].words(g)
			if err != nil || !spoken {
				t.Fatalf("%s in %s: %v", text, language, err)
			}
			for _, w := range words {
				asked[w] = true
			}
		}
		for w := range asked {
			if _, err := l.clip(language, w); err != nil {
				t.Errorf("%s: %v", language, err)
			}
		}
		var own []string
		for _, c := range clips {
			if asked[c] {
				continue
			}
			if strings.ContainsAny(c, ".0123456789") && c != "and" {
				t.Errorf("%s has a clip %s that nothing asks for", language, c)
			}
			own = append(own, c)
		}
		if sentences != nil && !slices.Equal(own, sentences) {
			t.Errorf("the sentences of %s are %v, of another language %v", language, own, sentences)
		}
		sentences = own
	}
	for _, want := range []string{"welcome", "hold", "please_hold", "accept_or_decline", "accept_price", "you_are_number", "in_the_queue", "estimated_wait", "minutes", "price_is", "per_minute", "recording", "may_be_recorded", "goodbye", "unreachable", "enter_code", "enter_pin", "press_for_callback", "press_for_message", "will_call_back", "cannot_call_back", "nobody_free", "closed", "leave_message", "cannot_record",
		"this_call_costs", "to_begin_and", "one_off", "for_a_time", "minimum_is", "free_time_is", "press_one_to_accept", "charging_begins", "nothing_is_charged", "free_time_ends", "free_time_over",
		"balance_lasts", "balance_used_up", "asked_to_pay", "paid", "not_paid", "connecting", "not_reached", "your_code_is"} {
		if !slices.Contains(sentences, want) {
			t.Errorf("no language says %s", want)
		}
	}
}

// listed returns the clips that are shipped of a language, which are those of
// its list of words.
func listed(t *testing.T, language string) (clips []string) {
	t.Helper()
	entries, err := shipped.ReadDir("sounds/" + language)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		clips = append(clips, strings.TrimSuffix(e.Name(), ".opus"))
	}
	var words []string
	for line := range strings.Lines(wordsOf(t, language)) {
		if name, _, ok := strings.Cut(line, " = "); ok && line[0] != '#' {
			words = append(words, name)
		}
	}
	slices.Sort(words)
	slices.Sort(clips)
	if !slices.Equal(words, clips) {
		t.Errorf("sounds/%s and words/%s.txt differ: run media/prompt/make.sh %s", language, language, language)
	}
	return clips
}

func TestPhrasesThatAreNone(t *testing.T) {
	l, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"", ",", "say:", "say:en", "say:fr:welcome", "number", "number:", "number:-1", "number:+1", "number:1000000000", "number:1e3",
		"ordinal:0", "ordinal:1000", "place:0", "digits:", "digits:12a", "digits:" + strings.Repeat("1", 41),
		"money:", "money:XYZ:1", "money:USD", "money:USD:", "money:USD:1.", "money:USD:1.234", "money:USD:-1", "money:USD:1.-5", "money:USD:1000000000",
		"money:JPY:1.0", "money:JPY:1.", "money:KRW:.5", "money:KWD:1.2345", "money:KWD:.250", "money:BHD:1.+50",
		"time:24:00", "time:1:00", "time:12:60", "time:12", "duration:3600000", "duration:-1", "pause:10001",
		"music,welcome", "tone:busy,welcome", "tone:loud", "tone:busy:xx", "tone:", "welcome:1", "../en/welcome", "no_such_sentence", "music:../en/welcome", "music:none",
		strings.Repeat("welcome,", 50) + "welcome",
	} {
		if s, err := l.Open(text); err == nil {
			t.Errorf("%q can be played: %v", text, s)
		} else if len(err.Error()) < 20 {
			t.Errorf("%q: the error says little: %v", text, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	l, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("say:zh:you_are_number,place:3,in_the_queue,music")
	f.Add("money:SAR:1.01,pause:200,tone:busy:de")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := l.Open(text)
		if err != nil {
			return
		}
		var pcm [160]int16
		for range 20 {
			if n := s.Read(pcm[:]); n < 0 || n > len(pcm) {
				t.Fatalf("%d samples of 160", n)
			}
		}
	})
}
