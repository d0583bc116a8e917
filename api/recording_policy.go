package api

import (
	"cmp"
	"context"
	"time"

	"webtrunk/archive/recordings"
	"webtrunk/call"
	"webtrunk/directory"
)

// policyRoutes add what the account decides about recording its calls.
func (f Recordings) policyRoutes(s *Server) {
	s.Event("recording_policy.updated", "The account changed how its calls are recorded.")
	Register(s, Route{Method: "GET", Path: "/v1/recording_policy", Summary: "Get the recording policy", Tag: "Recordings", Right: directory.PolicyRead,
		Doc: "How the account's calls are recorded. Test and live calls have a policy each; a queue may seek consent in its own way, or not record."}, f.policy)
	Register(s, Route{Method: "POST", Path: "/v1/recording_policy", Summary: "Change the recording policy", Tag: "Recordings", Right: directory.PolicyWrite,
		Doc: "For the calls that begin from now on. Nothing is recorded before all who can be heard in it have consented. Whether telling them is enough, or each must be asked, is for the law where they are: choose ask where you do not know."}, f.setPolicy)
}

type recordingPolicyBody struct {
	Body struct {
		Consent  string `json:"consent" enum:"off,ask,announce" doc:"off: nothing is recorded. ask: who does not work for the account is asked, on the page or by voice and key 1, and is not recorded unless they agree. announce: they are told, and who stays on the line agrees." example:"ask"`
		OnDemand bool   `json:"on_demand,omitempty" doc:"Whether a call is recorded only once an agent asks for it."`
		Beep     int    `json:"beep_seconds,omitempty" minimum:"0" maximum:"120" doc:"How often a tone says that it records, 5 to 120 seconds; 0 is never." example:"15"`
	}
}

type recordingPolicy struct {
	Object    string     `json:"object" enum:"recording_policy"`
	Livemode  bool       `json:"livemode"`
	Consent   string     `json:"consent" enum:"off,ask,announce"`
	OnDemand  bool       `json:"on_demand"`
	Beep      int        `json:"beep_seconds"`
	Updated   *time.Time `json:"updated" doc:"Null while it was never set."`
	UpdatedBy string     `json:"updated_by,omitempty"`
}

func (f Recordings) policy(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[recordingPolicy], error) {
	got, err := f.Library.Policy(ctx, p.Account, p.Test)
	return answer(recordingPolicyOf(p, got)), err
}

func (f Recordings) setPolicy(ctx context.Context, p directory.Principal, in *recordingPolicyBody) (*Answer[recordingPolicy], error) {
	wanted := recordings.Policy{Consent: call.ConsentBy(in.Body.Consent), OnDemand: in.Body.OnDemand, Beep: in.Body.Beep}
	if in.Body.Consent == recordings.Off {
		wanted.Consent = ""
	}
	set, err := f.Library.SetPolicy(ctx, p.Account, p.Test, p.ID, wanted)
	return answer(recordingPolicyOf(p, set)), err
}

func recordingPolicyOf(p directory.Principal, r recordings.Policy) recordingPolicy {
	return recordingPolicy{Object: "recording_policy", Livemode: !p.Test, Consent: cmp.Or(string(r.Consent), recordings.Off), OnDemand: r.OnDemand, Beep: r.Beep,
		Updated: r.Updated, UpdatedBy: r.UpdatedBy}
}
