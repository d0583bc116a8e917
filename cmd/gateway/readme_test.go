package main

import (
	"os"
	"strings"
	"testing"
)

// The configuration in the README is the first that an operator writes.
func TestTheReadmesConfigurationIsInOrder(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(readme), "```yaml\n")
	text, _, closed := strings.Cut(text, "```")
	if !found || !closed {
		t.Fatal("the README shows no configuration")
	}
	c, err := parseConfig([]byte(text))
	if err != nil {
		t.Fatal(explain("README.md", err))
	}
	if len(c.Trunks) == 0 || len(c.Keys) == 0 || len(c.References) == 0 {
		t.Errorf("with it nobody can call: %+v", c)
	}
	_, page, _ := strings.Cut(string(readme), "```html\n")
	if !strings.Contains(page, `key="`+c.Keys[0].Key+`"`) || !strings.Contains(page, `to="`+c.References[0].Name+`"`) {
		t.Error("the page that the README shows uses another key or reference")
	}
}
