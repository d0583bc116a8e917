package call

import "strings"

// Spoken is the one of our languages that a locale is of (BCP 47), "zh" for "zh-CN"; empty where
// we have no phrases in it, which are then said in the gateway's own.
func Spoken(locale string) string {
	l, _, _ := strings.Cut(strings.ToLower(locale), "-")
	switch l {
	case "en", "zh", "ar":
		return l
	}
	return ""
}

// Say is a phrase in a language that Spoken has returned.
func Say(language, phrase string) string {
	if language == "" {
		return phrase
	}
	return "say:" + language + ":" + phrase
}
