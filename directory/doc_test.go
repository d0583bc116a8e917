package directory

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The table in doc/accounts.md is what operators decide by, so it says what the
// code does.
func TestTheTableOfRightsIsTrue(t *testing.T) {
	doc, err := os.ReadFile("../doc/accounts.md")
	if err != nil {
		t.Fatal(err)
	}
	var roles []Role
	told := map[Role][]Right{}
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 9 || strings.Contains(line, "---") {
			continue
		}
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " `")
		}
		if cells[1] == "right" {
			for _, role := range cells[2:8] {
				roles = append(roles, Role(role))
			}
			continue
		}
		for i, cell := range cells[2:8] {
			if cell == "yes" {
				told[roles[i]] = append(told[roles[i]], Right(cells[1]))
			}
		}
	}
	if !slices.Equal(roles, Roles()) {
		t.Fatalf("it tells of %v, there are %v", roles, Roles())
	}
	for _, role := range roles {
		if got, want := slices.Sorted(slices.Values(told[role])), slices.Sorted(slices.Values(role.Rights())); !slices.Equal(got, want) {
			t.Errorf("%s: it says %v, the code %v", role, got, want)
		}
	}
}
