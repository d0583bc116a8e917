package soundcheck

// Silences returns the stretches of at least so many samples in which nothing
// louder than G.711's own noise was heard, as the samples where each begins and
// ends, to 10 ms.
func Silences(heard []int16, least int) (found [][2]int) {
	begun := 0
	for at := 0; at+slice <= len(heard); at += slice {
		if Silent(heard[at : at+slice]) {
			continue
		}
		if at-begun >= least && at > begun {
			found = append(found, [2]int{begun, at})
		}
		begun = at + slice
	}
	if end := len(heard); end-begun >= least && end > begun {
		found = append(found, [2]int{begun, end})
	}
	return found
}
