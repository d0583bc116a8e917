package api

import (
	"context"
	"time"

	"webtrunk/archive"
	"webtrunk/directory"
)

// retentionRoutes add what the account decides about how long it keeps what.
func (f Records) retentionRoutes(s *Server) {
	s.Event("retention_policy.updated", "The account changed how long it keeps what.")
	Register(s, Route{Method: "GET", Path: "/v1/retention_policy", Summary: "Get the retention policy", Tag: "Records", Right: directory.RecordsRead,
		Doc: "For how many days after a call's end the account keeps what; null keeps it until its erasure is asked for. Test and live calls have a policy each."}, f.policy)
	Register(s, Route{Method: "POST", Path: "/v1/retention_policy", Summary: "Change the retention policy", Tag: "Records", Right: directory.RecordsErase,
		Doc: "Replaces the whole policy: what you leave out is kept. A daily sweep erases what the new policy no longer keeps; that cannot be undone. Where identity is erased, pseudonyms take the place of numbers and names. What calls cost remains."}, f.setPolicy)
}

type retentionDays struct {
	Identity    *int `json:"identity_days,omitempty" minimum:"0" maximum:"36500" nullable:"true" doc:"Who talked: numbers, names, metadata. Never longer than records_days." example:"90"`
	Recordings  *int `json:"recordings_days,omitempty" minimum:"0" maximum:"36500" nullable:"true" doc:"Recorded sound." example:"30"`
	Transcripts *int `json:"transcripts_days,omitempty" minimum:"0" maximum:"36500" nullable:"true" doc:"What was said, as text." example:"30"`
	Records     *int `json:"records_days,omitempty" minimum:"0" maximum:"36500" nullable:"true" doc:"Call records. One that has a price stays, without identity." example:"365"`
	Events      *int `json:"events_days,omitempty" minimum:"0" maximum:"36500" nullable:"true" doc:"Events of calls." example:"30"`
}

type retentionBody struct{ Body retentionDays }

type retentionPolicy struct {
	Object      string     `json:"object" enum:"retention_policy"`
	Livemode    bool       `json:"livemode"`
	Identity    *int       `json:"identity_days"`
	Recordings  *int       `json:"recordings_days"`
	Transcripts *int       `json:"transcripts_days"`
	Records     *int       `json:"records_days"`
	Events      *int       `json:"events_days"`
	Updated     *time.Time `json:"updated" doc:"Null while it was never set."`
	UpdatedBy   string     `json:"updated_by,omitempty"`
}

func (f Records) policy(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[retentionPolicy], error) {
	got, err := f.Archive.Policy(ctx, p.Account, p.Test)
	return answer(retentionOf(p, got)), err
}

func (f Records) setPolicy(ctx context.Context, p directory.Principal, in *retentionBody) (*Answer[retentionPolicy], error) {
	d := in.Body
	set, err := f.Archive.SetPolicy(ctx, p.Account, p.Test, p.ID, archive.Policy{
		Identity: d.Identity, Recordings: d.Recordings, Transcripts: d.Transcripts, Records: d.Records, Events: d.Events,
	})
	return answer(retentionOf(p, set)), err
}

func retentionOf(p directory.Principal, r archive.Policy) retentionPolicy {
	return retentionPolicy{Object: "retention_policy", Livemode: !p.Test, Identity: r.Identity, Recordings: r.Recordings, Transcripts: r.Transcripts,
		Records: r.Records, Events: r.Events, Updated: r.Updated, UpdatedBy: r.UpdatedBy}
}
