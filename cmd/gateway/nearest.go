package main

// nearest returns the name that s most likely was meant to be, or "" when none
// is near: at most a third of its letters, and never fewer than two, may be
// wrong, missing or too many.
func nearest(s string, names []string) string {
	best, at := "", max(2, len(s)/3)+1
	for _, name := range names {
		if d := distance(s, name); d < at {
			best, at = name, d
		}
	}
	return best
}

// distance is Levenshtein's: how many letters to change, add or remove to make
// b out of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
