package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/store"
)

// founded runs `gateway account create` beside a gateway that has the same
// database open.
func founded(t *testing.T, file string, args ...string) (out string, code int) {
	t.Helper()
	var words, complaints strings.Builder
	code = run(append([]string{"account", "create", "--config", file}, args...), &terminal{out: &words, err: &complaints})
	return words.String() + complaints.String(), code
}

func TestTheFirstAccountIsMadeWhileTheGatewayRuns(t *testing.T) {
	dir := t.TempDir()
	database, file := "sqlite:"+filepath.Join(dir, "gateway.db"), filepath.Join(dir, "gateway.yaml")
	if err := os.WriteFile(file, []byte("database: "+database+"\n"+trunkYAML), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), database, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Claim(t.Context(), "gateway"); err != nil {
		t.Fatal(err)
	}
	out, code := founded(t, file, "--name", "The Shop", "--email", "Ada@shop.example", "--operator", "--destinations", "+44,+1555")
	if code != 0 {
		t.Fatal(out)
	}
	d, err := directory.Open(t.Context(), db, directory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.Authenticate(t.Context(), regexp.MustCompile(`sk_live_\w+`).FindString(out))
	if err != nil || !p.Operator {
		t.Fatalf("the key that was printed opens %+v, %v:\n%s", p, err, out)
	}
	password := regexp.MustCompile(`password +(\w+)`).FindStringSubmatch(out)[1]
	const chosen = "several words make one"
	if _, err := d.Login(t.Context(), directory.Login{Email: "ada@shop.example", Password: password, NewPassword: chosen}); err != nil {
		t.Errorf("the password that was printed: %v", err)
	}
	for says, args := range map[string][]string{
		"There is a login with this email address": {"--name", "B", "--email", "ada@shop.example"},
		`"The Shop" runs this gateway already`:     {"--name", "B", "--email", "b@shop.example", "--operator"},
		"is no email address":                      {"--name", "B", "--email", "b"},
		"neither a reference":                      {"--name", "B", "--email", "b@shop.example", "--destinations", "44"},
		"name of 1 to 200 characters":              {"--name", " ", "--email", "b@shop.example"},
	} {
		if out, code := founded(t, file, args...); code != exitFailed || !strings.Contains(out, says) {
			t.Errorf("%v: %d %s", args, code, out)
		}
	}
	if all, err := d.Accounts(t.Context(), directory.Page{}); err != nil || len(all) != 1 {
		t.Errorf("there are %d accounts, %v", len(all), err)
	}
}

func TestAPasswordIsReadFromALine(t *testing.T) {
	if p, err := readPassword(strings.NewReader("several words make one\r\nmore")); err != nil || p != "several words make one" {
		t.Errorf("read %q, %v", p, err)
	}
	if _, err := readPassword(strings.NewReader("\n")); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("an empty line: %v", err)
	}
}
