package api

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

func (f Directory) referenceRoutes(s *Server) {
	const tag, one = "References", "/v1/references/{reference}"
	read, write := directory.ReferencesRead, directory.ReferencesWrite
	Register(s, Route{Method: "POST", Path: "/v1/references", Summary: "Make a reference", Tag: tag, Right: write, Status: 201,
		Doc: "A public name for a contact that stays hidden: whoever sees it may call it, and the target is never shown again, to nobody. Telephones that the account may not call cannot be a target."}, f.createReference)
	Register(s, Route{Method: "GET", Path: "/v1/references", Summary: "List references", Tag: tag, Right: read}, f.references)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a reference", Tag: tag, Right: read}, f.reference)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update a reference", Tag: tag, Right: write,
		Doc: "What is left out stays as it is. Whoever calls it from then on reaches the new target."}, f.updateReference)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a reference", Tag: tag, Right: write,
		Doc: "Calls to it are answered as if it had never been. A number that leads to it must be led elsewhere first."}, f.deleteReference)
}

// A Reference is a public name for a hidden contact.
type Reference struct {
	ID         string     `json:"id" doc:"The reference." example:"ref_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object     string     `json:"object" enum:"reference" doc:"Always reference."`
	Livemode   bool       `json:"livemode" doc:"Whether live calls reach it; otherwise test calls do."`
	Label      string     `json:"label" doc:"Your own words."`
	Enabled    bool       `json:"enabled" doc:"Whether it leads anywhere."`
	Managed    bool       `json:"managed" doc:"Whether it comes from the gateway's configuration and is changed there."`
	TargetHint string     `json:"target_hint" doc:"By which to recognise the contact." example:"tel ending 02"`
	Queue      string     `json:"queue,omitempty" doc:"The queue that it leads to, where it is one; whom it reaches otherwise is not shown." example:"queue_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Aliases    []Alias    `json:"aliases" nullable:"false" doc:"How it is reached."`
	Metadata   Metadata   `json:"metadata" doc:"Your own notes."`
	ExpiresAt  *time.Time `json:"expires_at,omitempty" doc:"From when on it leads to nobody, if ever."`
	CreatedAt  time.Time  `json:"created_at" doc:"When it was made."`
	UpdatedAt  time.Time  `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

// An Alias is one way to reach a reference.
type Alias struct {
	Kind      directory.AliasKind `json:"kind" enum:"reference,link,number,sip_uri" doc:"What it is."`
	Value     string              `json:"value" doc:"What to call or open." example:"+15550100001"`
	Extension string              `json:"extension,omitempty" doc:"Of a number: the digits to press then."`
}

func referenceShown(r directory.Reference) Reference {
	shown := Reference{ID: r.ID, Object: "reference", Livemode: !r.Test, Label: r.Label, Enabled: r.Enabled, Managed: r.Managed, TargetHint: r.Hint, Queue: r.Queue,
		Aliases: []Alias{}, Metadata: r.Metadata, ExpiresAt: moment(r.Expires), CreatedAt: r.Created, UpdatedAt: r.Updated}
	for _, a := range r.Aliases {
		shown.Aliases = append(shown.Aliases, Alias(a))
	}
	return shown
}

type newReference struct {
	Body struct {
		Target    string    `json:"target" minLength:"1" maxLength:"100" doc:"Whom it reaches: a telephone number, browser:NAME, or a SIP address. It is not shown again." example:"+15550100102"`
		Label     string    `json:"label,omitempty" maxLength:"200" doc:"Your own words."`
		Metadata  Metadata  `json:"metadata,omitempty" doc:"Your own notes."`
		ExpiresAt time.Time `json:"expires_at,omitzero" doc:"From when on it leads to nobody; never if left out."`
	}
}

func (f Directory) createReference(ctx context.Context, p directory.Principal, in *newReference) (*Versioned[Reference], error) {
	b := in.Body
	target, err := webtrunk.ParseAddress(b.Target)
	if err != nil {
		return nil, about("target", err)
	}
	r, err := f.Directory.CreateReference(ctx, p, directory.NewReference{ID: NewID(ctx, "ref"), Target: target, Label: b.Label, Metadata: b.Metadata, Expires: b.ExpiresAt})
	if err != nil {
		return nil, about("target", err)
	}
	return versioned(referenceShown(r), r.Updated), nil
}

func (f Directory) references(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Reference]], error) {
	found, err := f.Directory.References(ctx, p, in.part())
	return listed(found, err, in.Limit, referenceShown, func(r directory.Reference) string { return r.ID })
}

type ReferencePath struct {
	ID string `path:"reference" id:"reference" maxLength:"64" doc:"The reference." example:"ref_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Directory) reference(ctx context.Context, p directory.Principal, in *ReferencePath) (*Versioned[Reference], error) {
	r, err := f.Directory.Reference(ctx, p, in.ID)
	return versioned(referenceShown(r), r.Updated), err
}

type referenceChange struct {
	ReferencePath
	IfMatch
	Body struct {
		Target    *string    `json:"target,omitempty" maxLength:"100" doc:"Whom it reaches from now on."`
		Label     *string    `json:"label,omitempty" maxLength:"200" doc:"Your own words."`
		Metadata  *Metadata  `json:"metadata,omitempty" doc:"Your own notes, all of them."`
		Enabled   *bool      `json:"enabled,omitempty" doc:"Whether it leads anywhere."`
		ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"From when on it leads to nobody."`
	}
}

func (f Directory) updateReference(ctx context.Context, p directory.Principal, in *referenceChange) (*Versioned[Reference], error) {
	b := in.Body
	c := directory.ReferenceChange{Label: b.Label, Metadata: (*map[string]string)(b.Metadata), Enabled: b.Enabled, Expires: b.ExpiresAt, If: in.unchanged}
	if b.Target != nil {
		target, err := webtrunk.ParseAddress(*b.Target)
		if err != nil {
			return nil, about("target", err)
		}
		c.Target = &target
	}
	r, err := f.Directory.UpdateReference(ctx, p, in.ID, c)
	return versioned(referenceShown(r), r.Updated), err
}

func (f Directory) deleteReference(ctx context.Context, p directory.Principal, in *ReferencePath) (*Empty, error) {
	return gone(f.Directory.DeleteReference(ctx, p, in.ID))
}
