package api

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// example is what stands indented in the manual from a line on, as an operator
// copies it.
func example(t *testing.T, manual, from string) string {
	t.Helper()
	_, text, found := strings.Cut(manual, "\n    "+from+"\n")
	if !found {
		t.Fatalf("the manual has no example that begins with %s", from)
	}
	lines := []string{from}
	for line := range strings.SplitSeq(text, "\n") {
		inner, indented := strings.CutPrefix(line, "    ")
		if !indented {
			break
		}
		lines = append(lines, inner)
	}
	return strings.Join(lines, "\n")
}

// understood reads YAML, in which nothing may stand that has no place.
func understood(t *testing.T, text string, into any) {
	t.Helper()
	in := yaml.NewDecoder(strings.NewReader(text))
	in.KnownFields(true)
	if err := in.Decode(into); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}

// A number has no labels, so Prometheus refuses to match a series' with them.
var matchedNumber = regexp.MustCompile(`[0-9] *[-+*/<>]=? *(ignoring|on) *\(`)

// What an operator copies out of the manual, Prometheus reads.
func TestTheManualsAlertsAreRead(t *testing.T) {
	manual, err := os.ReadFile("../doc/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	var scrapes struct {
		Configs []struct {
			Job     string                       `yaml:"job_name"`
			Targets []struct{ Targets []string } `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	understood(t, example(t, string(manual), "scrape_configs:"), &scrapes)
	if len(scrapes.Configs) != 1 || scrapes.Configs[0].Job != "webtrunk" {
		t.Errorf("%+v is scraped, and alerts are of the job webtrunk", scrapes)
	}
	var alerts struct {
		Groups []struct {
			Name  string
			Rules []struct{ Alert, Expr, For string }
		}
	}
	understood(t, example(t, string(manual), "groups:"), &alerts)
	if len(alerts.Groups) != 1 || len(alerts.Groups[0].Rules) < 10 {
		t.Fatalf("%+v are few alerts", alerts)
	}
	for _, r := range alerts.Groups[0].Rules {
		if _, err := time.ParseDuration(r.For); r.For != "" && err != nil {
			t.Errorf("%s: for %s: %v", r.Alert, r.For, err)
		}
		if r.Alert == "" || !metricName.MatchString(r.Expr) && !strings.HasPrefix(r.Expr, "up{") || matchedNumber.MatchString(r.Expr) {
			t.Errorf("%s: %s asks for nothing of ours, or matches a number's labels", r.Alert, r.Expr)
		}
	}
}
