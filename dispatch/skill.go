package dispatch

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Levels of a skill are from 1 to 10.
const (
	mostLevel  = 10
	mostSkills = 50
)

// checkSkills refuses skills that agents have, or callers need, which could not
// be meant. Names are in small letters, so that one skill is not two.
func checkSkills(op string, skills map[string]int) error {
	if len(skills) > mostSkills {
		return invalid(op, fmt.Sprintf("There are at most %d skills.", mostSkills))
	}
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789_-."
	for _, name := range slices.Sorted(maps.Keys(skills)) {
		if name == "" || len(name) > 40 || strings.Trim(name, letters) != "" {
			return invalid(op, fmt.Sprintf("%.40q is no name of a skill: write 1 to 40 small letters, digits, '_', '-' and '.', such as german.", name))
		}
		if level := skills[name]; level < 1 || level > mostLevel {
			return invalid(op, fmt.Sprintf("The level of %s is from 1 to %d.", name, mostLevel))
		}
	}
	return nil
}
