// Package prompt has what a call can be played: sentences and numbers in three
// languages, music, tones. It implements what the switchboard asks of Phrases.
//
// A phrase is written in a small grammar:
//
//	phrase   = [ "say:" language ":" ] item { "," item }
//	language = "en" | "zh" | "ar"
//	item     = name                        a clip, such as welcome or please_hold
//	         | "number:" 0…999999999       forty-two
//	         | "ordinal:" 1…999            forty-second
//	         | "place:" 1…999              a place in a queue, after you_are_number
//	         | "digits:" keys              four, two: a telephone number, 0-9 * # +
//	         | "money:" currency ":" sum   sum as 12 or 12.50, of the currencies in money.go
//	         | "time:" hh ":" mm           of the day, 00:00 to 23:59
//	         | "duration:" seconds         up to 3599999: hours, minutes, seconds
//	         | "pause:" milliseconds       up to 10000
//	         | "beep"                      after which one speaks
//	         | "music" [ ":" name ]        for ever, so it comes last
//	         | "tone:" kind [ ":" country ]   likewise: dial busy ringback congestion
//	                                       waiting, of an ISO 3166 country
//
// Without "say:" the library's own language is spoken. An example:
//
//	say:en:you_are_number,place:3,in_the_queue,estimated_wait,duration:120
//	say:en:this_call_costs,money:EUR:1.20,per_minute,minimum_is,duration:60,press_one_to_accept
//
// What is said is put together from clips by pure functions, one file for each
// language; each file says which of several right ways it has chosen. The clips
// are small Ogg Opus files in sounds, spoken by make.sh from the texts in words;
// the music is made by the program in makemusic. An operator's directory replaces
// any of them and adds others: Options says how.
//
// Clips are decoded when they are first asked for and kept as samples, shared by
// all calls and bounded; a Sound that is being played only copies from them.
package prompt
