package api

import (
	"context"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/policy"
)

// VoicePolicies are what accounts may call, and how much.
type VoicePolicies struct {
	Guard     *policy.Guard
	Directory *directory.Directory
}

// Routes implements Feature.
func (f VoicePolicies) Routes(s *Server) {
	const tag = "Voice policy"
	Register(s, Route{Method: "GET", Path: "/v1/voice_policy", Summary: "Get the voice policy", Tag: tag, Right: directory.PolicyRead,
		Doc: "Which telephones the account may call, and how much: what it has narrowed for itself, and within which bounds of the operator."}, f.get)
	Register(s, Route{Method: "PUT", Path: "/v1/voice_policy", Summary: "Narrow the voice policy", Tag: tag, Right: directory.PolicyWrite,
		Doc: "Replaces what the account has narrowed for itself. What is left out narrows nothing; nothing is opened that the operator has not."}, f.narrow)
	Register(s, Route{Method: "GET", Path: "/v1/accounts/{account}/voice_policy", Summary: "Get an account's voice policy", Tag: tag, Right: directory.PolicyRead, Operator: true}, f.other)
	Register(s, Route{Method: "PUT", Path: "/v1/accounts/{account}/voice_policy", Summary: "Set an account's bounds", Tag: tag, Right: directory.PolicyWrite, Operator: true,
		Doc: "They hold instead of those in the configuration: what is not named is not open."}, f.bound)
	Register(s, Route{Method: "DELETE", Path: "/v1/accounts/{account}/voice_policy", Summary: "Take an account's bounds away", Tag: tag, Right: directory.PolicyWrite, Operator: true,
		Doc: "Those of the configuration hold again."}, f.unbound)
	s.Event("policy.refused", "A call was refused by the voice policy or a limit, for the reason that it tells.")
	s.Event("voice_policy.updated", "What the account may call has changed.")
}

// A VoicePolicy is what an account may call.
type VoicePolicy struct {
	Object    string             `json:"object" enum:"voice_policy" doc:"Always voice_policy."`
	Account   webtrunk.AccountID `json:"account" doc:"Whose it is." example:"acct_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Own       VoiceRules         `json:"own" doc:"What the account has narrowed for itself. A null list narrows nothing."`
	Bounds    VoiceRules         `json:"bounds" doc:"What the operator lets it call. A call must keep both."`
	Bound     bool               `json:"bound" doc:"Whether the operator has set bounds for this account; else those of the configuration hold."`
	UpdatedAt *time.Time         `json:"updated_at,omitempty" doc:"When either was last changed."`
}

// VoiceRules say where calls may go, and how much of it.
type VoiceRules struct {
	Countries     []string      `json:"countries,omitempty" nullable:"true" maxItems:"300" doc:"ISO 3166 codes of countries that may be called." example:"[\"DE\"]"`
	Types         []policy.Kind `json:"types,omitempty" nullable:"true" maxItems:"20" doc:"Kinds of numbers: fixed_line, mobile, fixed_line_or_mobile, toll_free, voip, uan, shared_cost, personal_number, pager, voicemail or premium_rate." example:"[\"mobile\"]"`
	AllowPrefixes []string      `json:"allow_prefixes,omitempty" nullable:"true" maxItems:"1000" doc:"Beginnings of numbers that may be called, whatever they are." example:"[\"+1555010\"]"`
	DenyPrefixes  []string      `json:"deny_prefixes,omitempty" nullable:"true" maxItems:"1000" doc:"Beginnings of numbers that may not. The longer one counts, and of equal ones this." example:"[\"+4932\"]"`
	SIPHosts      []string      `json:"sip_hosts,omitempty" nullable:"true" maxItems:"100" doc:"Hosts whose SIP addresses may be called." example:"[\"pbx.example.com\"]"`
	Limits        VoiceLimits   `json:"limits,omitzero" doc:"How much each of those may call whom a call counts against. 0 is no limit."`
}

// VoiceLimits are the limits of each whom a call counts against.
type VoiceLimits struct {
	Visitor     VoiceLimit `json:"visitor,omitzero" doc:"A person, as far as that can be told."`
	Widget      VoiceLimit `json:"widget,omitzero" doc:"The pages of one publishable key."`
	Token       VoiceLimit `json:"token,omitzero" doc:"The page of one client token."`
	Key         VoiceLimit `json:"key,omitzero" doc:"One API key, or a person who is logged in."`
	Address     VoiceLimit `json:"address,omitzero" doc:"The visitors of one network address: an IPv4 address, or an IPv6 /64."`
	Account     VoiceLimit `json:"account,omitzero" doc:"The account."`
	Currency    string     `json:"currency,omitempty" maxLength:"3" doc:"That of spend_per_day, ISO 4217." example:"EUR"`
	UnknownRate int64      `json:"unknown_rate,omitempty" minimum:"0" doc:"What a minute counts, in millionths, to numbers for which a trunk names no rate; 0 refuses them where money is limited."`
}

// A VoiceLimit is how much one of them may call.
type VoiceLimit struct {
	PerMinute int   `json:"calls_per_minute,omitempty" minimum:"0" maximum:"100000" doc:"Calls begun in a minute."`
	PerHour   int   `json:"calls_per_hour,omitempty" minimum:"0" maximum:"100000" doc:"Calls begun in an hour."`
	AtOnce    int   `json:"calls_at_once,omitempty" minimum:"0" maximum:"100000" doc:"Calls that run."`
	Minutes   int   `json:"minutes_per_day,omitempty" minimum:"0" maximum:"100000" doc:"Minutes of telephones since midnight UTC."`
	Spend     int64 `json:"spend_per_day,omitempty" minimum:"0" doc:"Their price by the trunks' rates, in millionths of the currency."`
}

func (r VoiceRules) rules() policy.Rules {
	l := r.Limits
	return policy.Rules{Countries: r.Countries, Types: r.Types, AllowPrefixes: r.AllowPrefixes, DenyPrefixes: r.DenyPrefixes, SIPHosts: r.SIPHosts,
		Limits: policy.Limits{Visitor: policy.Limit(l.Visitor), Widget: policy.Limit(l.Widget), Token: policy.Limit(l.Token), Key: policy.Limit(l.Key),
			Address: policy.Limit(l.Address), Account: policy.Limit(l.Account), Currency: l.Currency, UnknownRate: l.UnknownRate}}
}

func rulesShown(r policy.Rules) VoiceRules {
	l := r.Limits
	return VoiceRules{Countries: r.Countries, Types: r.Types, AllowPrefixes: r.AllowPrefixes, DenyPrefixes: r.DenyPrefixes, SIPHosts: r.SIPHosts,
		Limits: VoiceLimits{Visitor: VoiceLimit(l.Visitor), Widget: VoiceLimit(l.Widget), Token: VoiceLimit(l.Token), Key: VoiceLimit(l.Key),
			Address: VoiceLimit(l.Address), Account: VoiceLimit(l.Account), Currency: l.Currency, UnknownRate: l.UnknownRate}}
}

func policyShown(p policy.Policy) VoicePolicy {
	shown := VoicePolicy{Object: "voice_policy", Account: p.Account, Own: rulesShown(p.Own), Bounds: rulesShown(p.Bounds), Bound: p.Bound}
	if !p.Updated.IsZero() {
		shown.UpdatedAt = &p.Updated
	}
	return shown
}

func (f VoicePolicies) get(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[VoicePolicy], error) {
	found, err := f.Guard.Policy(ctx, p.Account)
	return answer(policyShown(found)), err
}

type ownRules struct{ Body VoiceRules }

func (f VoicePolicies) narrow(ctx context.Context, p directory.Principal, in *ownRules) (*Answer[VoicePolicy], error) {
	kept, err := f.Guard.Narrow(ctx, p, in.Body.rules())
	return answer(policyShown(kept)), aboutField(err)
}

// The operator's routes name an account that is any.
type policyPath struct {
	ID webtrunk.AccountID `path:"account" id:"-" maxLength:"64" doc:"The account." example:"acct_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type otherRules struct {
	ID   webtrunk.AccountID `path:"account" id:"-" maxLength:"64" doc:"The account." example:"acct_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Body VoiceRules
}

func (f VoicePolicies) other(ctx context.Context, _ directory.Principal, in *policyPath) (*Answer[VoicePolicy], error) {
	if _, err := f.Directory.Account(ctx, in.ID); err != nil {
		return nil, err
	}
	found, err := f.Guard.Policy(ctx, in.ID)
	return answer(policyShown(found)), err
}

func (f VoicePolicies) bound(ctx context.Context, p directory.Principal, in *otherRules) (*Answer[VoicePolicy], error) {
	if _, err := f.Directory.Account(ctx, in.ID); err != nil {
		return nil, err
	}
	bounds := in.Body.rules()
	if bounds.Limits == (policy.Limits{}) { // as in the configuration: who says nothing of limits wants some
		bounds.Limits = policy.UsualLimits()
	}
	kept, err := f.Guard.Bound(ctx, p, in.ID, bounds)
	return answer(policyShown(kept)), aboutField(err)
}

func (f VoicePolicies) unbound(ctx context.Context, p directory.Principal, in *policyPath) (*Answer[VoicePolicy], error) {
	if _, err := f.Directory.Account(ctx, in.ID); err != nil {
		return nil, err
	}
	kept, err := f.Guard.Unbound(ctx, p, in.ID)
	return answer(policyShown(kept)), err
}

// aboutField names the field of a policy that cannot be meant.
func aboutField(err error) error {
	var e *webtrunk.Error
	if errors.As(err, &e) && e.Kind == webtrunk.Invalid {
		return about(e.Op, err)
	}
	return err
}
