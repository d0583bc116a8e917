package api

import (
	"context"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/policy"
)

func init() {
	features = append(features, func(w *world) Feature {
		d, err := directory.Open(context.Background(), w.db, directory.Options{})
		if err != nil {
			w.Fatal(err)
		}
		guard := policy.New(policy.Config{Store: w.db, Rules: policy.Rules{Countries: []string{"DE", "AT"}},
			Contact: func(_ context.Context, _ webtrunk.AccountID, _ bool, to webtrunk.Address) (webtrunk.Address, error) {
				return to, nil
			}})
		return VoicePolicies{Guard: guard, Directory: d}
	})
}

// An account narrows what it may call, sees its bounds, and cannot widen them.
func TestAnAccountNarrowsItsVoicePolicy(t *testing.T) {
	w := newWorld(t)
	if got := w.ask("sk_shop", "GET", "/v1/voice_policy", ""); got.status != 200 || !strings.Contains(got.text, `"bounds":{"countries":["DE","AT"]`) || !strings.Contains(got.text, `"bound":false`) {
		t.Errorf("before: %d %s", got.status, got.text)
	}
	if got := w.ask("sk_shop", "PUT", "/v1/voice_policy", `{"countries": ["DE"], "limits": {"account": {"calls_at_once": 5}}}`); got.status != 200 || !strings.Contains(got.text, `"calls_at_once":5`) {
		t.Errorf("narrowed: %d %s", got.status, got.text)
	}
	if got := w.ask("sk_shop", "GET", "/v1/voice_policy", ""); !strings.Contains(got.text, `"own":{"countries":["DE"]`) || !strings.Contains(got.text, `"bounds":{"countries":["DE","AT"]`) {
		t.Errorf("after: %s", got.text)
	}
	if got := w.ask("sk_other", "GET", "/v1/voice_policy", ""); strings.Contains(got.text, `"calls_at_once":5`) {
		t.Errorf("another account sees it: %s", got.text)
	}
	if got := w.ask("sk_shop", "PUT", "/v1/voice_policy", `{"countries": ["Germany"]}`); got.status != 400 || !strings.Contains(got.text, `"param":"countries"`) {
		t.Errorf("a country that is none: %d %s", got.status, got.text)
	}
	if got := w.ask("sk_shop", "PUT", "/v1/accounts/acct_shop/voice_policy", `{"countries": ["US"]}`); got.status != 403 {
		t.Errorf("its own bounds: %d %s", got.status, got.text)
	}
}

// The operator bounds an account and unbounds it. Bounds that say nothing of
// limits have the usual ones.
func TestTheOperatorBoundsAnAccount(t *testing.T) {
	w := operated(t)
	w.house()
	path := "/v1/accounts/" + string(shop.account) + "/voice_policy"
	if got := w.ask("sk_op", "PUT", path, `{"countries": ["US"]}`); got.status != 200 || !strings.Contains(got.text, `"bound":true`) || !strings.Contains(got.text, `"bounds":{"countries":["US"]`) ||
		!strings.Contains(got.text, `"calls_at_once":3`) {
		t.Errorf("bound: %d %s", got.status, got.text)
	}
	if got := w.ask("sk_op", "PUT", path, `{"countries": ["US"], "limits": {"account": {"calls_at_once": 7}}}`); !strings.Contains(got.text, `"calls_at_once":7`) || strings.Contains(got.text, `"calls_at_once":3`) {
		t.Errorf("limits that are given: %s", got.text)
	}
	if got := w.ask("sk_op", "DELETE", path, ""); got.status != 200 || !strings.Contains(got.text, `"bounds":{"countries":["DE","AT"]`) {
		t.Errorf("unbound: %d %s", got.status, got.text)
	}
	w.ask("sk_op", "PUT", "/v1/accounts/acct_nobody/voice_policy", `{"countries": ["US"]}`).is(t, 404, "not_found")
}
