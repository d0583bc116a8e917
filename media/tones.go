package media

import (
	"slices"
	"strings"
	"time"
)

// Tones are what the exchanges of one country let a caller hear.
type Tones struct {
	Dial, Busy, Ringback, Congestion, Waiting Cadence
}

// NorthAmerica and Europe are the ringback tones that most people know.
var (
	NorthAmerica = countries["us"].Ringback
	Europe       = countries["de"].Ringback
)

// countries are the tones by ISO 3166 code, as administrations have told the
// ITU (E.180 supplement 2, "Various tones used in national networks"; lengths
// in milliseconds). Where a country has several, the most used one is here;
// where it has told none, what its neighbours use.
var countries = map[string]Tones{
	"at": { // Austria
		Dial: Cadence{one(420, 0)}, Busy: Cadence{one(420, 400), rest(400)},
		Ringback:   Cadence{one(420, 1000), rest(5000)},
		Congestion: Cadence{one(420, 200), rest(200)},
		Waiting:    Cadence{one(420, 40), rest(1960)},
	},
	"ae": { // United Arab Emirates
		Dial: Cadence{two(350, 440, 0)}, Busy: Cadence{one(400, 375), rest(375)},
		Ringback:   Cadence{two(400, 450, 400), rest(200), two(400, 450, 400), rest(2000)},
		Congestion: Cadence{one(400, 400), rest(350), one(400, 225), rest(525)},
		Waiting:    Cadence{one(400, 100), rest(4000)},
	},
	"au": { // Australia
		Dial: Cadence{modulated(425, 25, 0)}, Busy: Cadence{one(425, 375), rest(375)},
		Ringback:   Cadence{modulated(425, 25, 400), rest(200), modulated(425, 25, 400), rest(2000)},
		Congestion: Cadence{one(425, 375), rest(375), one(420, 375), rest(375)},
		Waiting:    Cadence{one(425, 200), rest(200), one(425, 200), rest(4400)},
	},
	"be": { // Belgium
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1000), rest(3000)},
		Congestion: Cadence{one(425, 167), rest(167)},
		Waiting:    Cadence{one(1400, 175), rest(175), one(1400, 175), rest(3500)},
	},
	"br": { // Brazil
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 250), rest(250)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 250), rest(250), one(425, 750), rest(250)},
		Waiting:    Cadence{one(425, 50), rest(1000)},
	},
	"ch": { // Switzerland
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 200), rest(200)},
		Waiting:    Cadence{one(425, 200), rest(200), one(425, 200), rest(4000)},
	},
	"cl": { // Chile
		Dial: Cadence{one(400, 0)}, Busy: Cadence{one(400, 500), rest(500)},
		Ringback:   Cadence{one(400, 1000), rest(3000)},
		Congestion: Cadence{one(400, 200), rest(200)},
		Waiting:    Cadence{one(400, 250), rest(8750)},
	},
	"cn": { // China
		Dial: Cadence{one(450, 0)}, Busy: Cadence{one(450, 350), rest(350)},
		Ringback:   Cadence{one(450, 1000), rest(4000)},
		Congestion: Cadence{one(450, 700), rest(700)},
		Waiting:    Cadence{one(450, 400), rest(4000)},
	},
	"cz": { // Czechia
		Dial: Cadence{one(425, 330), rest(330), one(425, 660), rest(660)}, Busy: Cadence{one(425, 330), rest(330)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 165), rest(165)},
		Waiting:    Cadence{one(425, 330), rest(9000)},
	},
	"de": { // Germany
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 480), rest(480)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 240), rest(240)},
		Waiting:    Cadence{one(425, 200), rest(200), one(425, 200), rest(5000)},
	},
	"dk": { // Denmark
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 200), rest(200)},
		Waiting:    Cadence{one(425, 200), rest(600), one(425, 200), rest(3000)},
	},
	"es": { // Spain
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 200), rest(200)},
		Ringback:   Cadence{one(425, 1500), rest(3000)},
		Congestion: Cadence{one(425, 200), rest(200), one(425, 200), rest(200), one(425, 200), rest(600)},
		Waiting:    Cadence{one(425, 175), rest(175), one(425, 175), rest(3500)},
	},
	"fi": { // Finland
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 300), rest(300)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 200), rest(200)},
		Waiting:    Cadence{one(425, 150), rest(150), one(425, 150), rest(8000)},
	},
	"fr": { // France
		Dial: Cadence{one(440, 0)}, Busy: Cadence{one(440, 500), rest(500)},
		Ringback:   Cadence{one(440, 1500), rest(3500)},
		Congestion: Cadence{one(440, 250), rest(250)},
		Waiting:    Cadence{one(440, 300), rest(10000)},
	},
	"gb": { // United Kingdom
		Dial: Cadence{two(350, 440, 0)}, Busy: Cadence{one(400, 375), rest(375)},
		Ringback:   Cadence{two(400, 450, 400), rest(200), two(400, 450, 400), rest(2000)},
		Congestion: Cadence{one(400, 400), rest(350), one(400, 225), rest(525)},
		Waiting:    Cadence{one(400, 100), rest(4000)},
	},
	"gr": { // Greece
		Dial: Cadence{one(425, 200), rest(300), one(425, 700), rest(800)}, Busy: Cadence{one(425, 300), rest(300)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 200), rest(200)},
		Waiting:    Cadence{one(425, 150), rest(150), one(425, 150), rest(8000)},
	},
	"hu": { // Hungary
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 300), rest(300)},
		Ringback:   Cadence{one(425, 1250), rest(3750)},
		Congestion: Cadence{one(425, 300), rest(300)},
		Waiting:    Cadence{one(425, 40), rest(1960)},
	},
	"id": { // Indonesia
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 250), rest(250)},
		Waiting:    Cadence{one(425, 150), rest(150), one(425, 150), rest(10000)},
	},
	"il": { // Israel
		Dial: Cadence{one(414, 0)}, Busy: Cadence{one(414, 500), rest(500)},
		Ringback:   Cadence{one(414, 1000), rest(3000)},
		Congestion: Cadence{one(414, 250), rest(250)},
		Waiting:    Cadence{one(414, 100), rest(100), one(414, 100), rest(100), one(414, 600), rest(3000)},
	},
	"in": { // India
		Dial: Cadence{modulated(400, 25, 0)}, Busy: Cadence{one(400, 750), rest(750)},
		Ringback:   Cadence{modulated(400, 25, 400), rest(200), modulated(400, 25, 400), rest(2000)},
		Congestion: Cadence{one(400, 250), rest(250)},
		Waiting:    Cadence{one(400, 200), rest(100), one(400, 200), rest(7500)},
	},
	"it": { // Italy
		Dial: Cadence{one(425, 200), rest(200), one(425, 600), rest(1000)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 200), rest(200)},
		Waiting:    Cadence{one(425, 400), rest(100), one(425, 250), rest(100), one(425, 150), rest(14000)},
	},
	"jp": { // Japan
		Dial: Cadence{one(400, 0)}, Busy: Cadence{one(400, 500), rest(500)},
		Ringback:   Cadence{modulated(400, 16, 1000), rest(2000)},
		Congestion: Cadence{one(400, 500), rest(500)},
		Waiting:    Cadence{modulated(400, 16, 500), rest(8000)},
	},
	"mx": { // Mexico
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 250), rest(250)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 250), rest(250)},
		Waiting:    Cadence{one(425, 200), rest(600), one(425, 200), rest(10000)},
	},
	"nl": { // Netherlands
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 250), rest(250)},
		Waiting:    Cadence{one(425, 500), rest(9500)},
	},
	"no": { // Norway
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 200), rest(200)},
		Waiting:    Cadence{one(425, 200), rest(600), one(425, 200), rest(10000)},
	},
	"nz": { // New Zealand
		Dial: Cadence{one(400, 0)}, Busy: Cadence{one(400, 500), rest(500)},
		Ringback:   Cadence{two(400, 450, 400), rest(200), two(400, 450, 400), rest(2000)},
		Congestion: Cadence{one(400, 250), rest(250)},
		Waiting:    Cadence{one(400, 200), rest(3000)},
	},
	"pl": { // Poland
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 500), rest(500)},
		Waiting:    Cadence{one(425, 150), rest(150), one(425, 150), rest(4000)},
	},
	"pt": { // Portugal
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1000), rest(5000)},
		Congestion: Cadence{one(425, 200), rest(200)},
		Waiting:    Cadence{one(440, 300), rest(10000)},
	},
	"ru": { // Russia
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 350), rest(350)},
		Ringback:   Cadence{one(425, 1000), rest(4000)},
		Congestion: Cadence{one(425, 175), rest(175)},
		Waiting:    Cadence{one(425, 200), rest(5000)},
	},
	"sa": { // Saudi Arabia
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 500), rest(500)},
		Ringback:   Cadence{one(425, 1200), rest(4600)},
		Congestion: Cadence{one(425, 250), rest(250)},
		Waiting:    Cadence{one(425, 150), rest(200), one(425, 150), rest(10000)},
	},
	"se": { // Sweden
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 250), rest(250)},
		Ringback:   Cadence{one(425, 1000), rest(5000)},
		Congestion: Cadence{one(425, 250), rest(750)},
		Waiting:    Cadence{one(425, 200), rest(500), one(425, 200), rest(9100)},
	},
	"sg": { // Singapore
		Dial: Cadence{one(425, 0)}, Busy: Cadence{one(425, 750), rest(750)},
		Ringback:   Cadence{modulated(425, 24, 400), rest(200), modulated(425, 24, 400), rest(2000)},
		Congestion: Cadence{one(425, 250), rest(250)},
		Waiting:    Cadence{one(425, 300), rest(200), one(425, 300), rest(3200)},
	},
	"us": { // United States and Canada
		Dial: Cadence{two(350, 440, 0)}, Busy: Cadence{two(480, 620, 500), rest(500)},
		Ringback:   Cadence{two(440, 480, 2000), rest(4000)},
		Congestion: Cadence{two(480, 620, 250), rest(250)},
		Waiting:    Cadence{one(440, 300), rest(10000)},
	},
	"za": { // South Africa
		Dial: Cadence{modulated(400, 33, 0)}, Busy: Cadence{one(400, 500), rest(500)},
		Ringback:   Cadence{modulated(400, 33, 400), rest(200), modulated(400, 33, 400), rest(2000)},
		Congestion: Cadence{one(400, 250), rest(250)},
		Waiting:    Cadence{modulated(400, 33, 250), rest(250), modulated(400, 33, 250), rest(250), modulated(400, 33, 250), rest(250)},
	},
}

func one(hz uint16, ms time.Duration) Segment {
	return Segment{Hz: hz, Lasts: ms * time.Millisecond}
}
func two(hz, beside uint16, ms time.Duration) Segment {
	return Segment{Hz: hz, Beside: beside, Lasts: ms * time.Millisecond}
}
func modulated(hz, by uint16, ms time.Duration) Segment {
	return Segment{Hz: hz, Modulated: by, Lasts: ms * time.Millisecond}
}
func rest(ms time.Duration) Segment { return Segment{Lasts: ms * time.Millisecond} }

// codes are the country codes (E.164) of those whose tones we know, and of
// neighbours that sound the same.
var codes = map[string]string{
	"1": "us", "7": "ru", "27": "za", "30": "gr", "31": "nl", "32": "be", "33": "fr", "34": "es",
	"36": "hu", "39": "it", "41": "ch", "423": "ch", "420": "cz", "43": "at", "44": "gb", "45": "dk",
	"46": "se", "47": "no", "48": "pl", "49": "de", "351": "pt", "352": "de", "353": "gb", "358": "fi",
	"52": "mx", "55": "br", "56": "cl", "61": "au", "62": "id", "64": "nz", "65": "sg", "81": "jp",
	"86": "cn", "91": "in", "966": "sa", "971": "ae", "972": "il",
}

// TonesOf returns a country's tones by its ISO 3166 code, such as "de".
func TonesOf(country string) (t Tones, ok bool) {
	country = strings.ToLower(country)
	if country == "ca" {
		country = "us"
	}
	t, ok = countries[country]
	return t, ok
}

// TonesAt returns the tones that are heard on the way to a number in
// international form, such as "+4930123456".
func TonesAt(number string) (t Tones, ok bool) {
	digits, ok := strings.CutPrefix(number, "+")
	if !ok {
		return Tones{}, false
	}
	for n := min(3, len(digits)); n > 0; n-- {
		if country, ok := codes[digits[:n]]; ok {
			return TonesOf(country)
		}
	}
	return Tones{}, false
}

// ToneCountries returns the codes that TonesOf knows.
func ToneCountries() []string {
	list := []string{"ca"}
	for country := range countries {
		list = append(list, country)
	}
	slices.Sort(list)
	return list
}
