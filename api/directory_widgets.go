package api

import (
	"context"
	"time"

	"webtrunk/directory"
)

func (f Directory) widgetRoutes(s *Server) {
	const tag, one = "Widgets", "/v1/widgets/{widget}"
	read, write := directory.WidgetsRead, directory.WidgetsWrite
	Register(s, Route{Method: "POST", Path: "/v1/widgets", Summary: "Make a widget", Tag: tag, Right: write, Status: 201,
		Doc: "With a publishable key, which may stand in the source of a page: it is worth what the widget allows."}, f.createWidget)
	Register(s, Route{Method: "GET", Path: "/v1/widgets", Summary: "List widgets", Tag: tag, Right: read}, f.widgets)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a widget", Tag: tag, Right: read}, f.widget)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update a widget", Tag: tag, Right: write,
		Doc: "What is left out stays as it is. Pages that may no longer use it are cut off within seconds."}, f.updateWidget)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a widget", Tag: tag, Right: write}, f.deleteWidget)
	Register(s, Route{Method: "POST", Path: one + "/rotate_identity_secret", Summary: "Rotate a widget's identity secret", Tag: tag, Right: write, Secret: true,
		Doc: "The answer shows the secret by which the site's server signs who a visitor is, this once. What the old one signed is not believed any more."}, f.rotateIdentity)
}

// A Widget is what the pages of some sites may do.
type Widget struct {
	ID             string    `json:"id" doc:"The widget." example:"widget_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object         string    `json:"object" enum:"widget" doc:"Always widget."`
	Livemode       bool      `json:"livemode" doc:"Whether its calls are live; otherwise they reach the simulated carrier only."`
	Key            string    `json:"key" doc:"The publishable key, for the page." example:"pk_live_x7r5t3qj6wz0ehnd01m8c4v9k2"`
	Name           string    `json:"name" doc:"What it is for."`
	Enabled        bool      `json:"enabled" doc:"Whether pages may use it."`
	Managed        bool      `json:"managed" doc:"Whether it comes from the gateway's configuration and is changed there."`
	Origins        []string  `json:"origins" nullable:"false" doc:"The sites whose pages may use it." example:"[\"https://shop.example\"]"`
	Destinations   []string  `json:"destinations" nullable:"false" doc:"Where these pages may call: references, and the beginnings of numbers." example:"[\"ref_shop\",\"+1555\"]"`
	MetadataNames  []string  `json:"metadata_names" nullable:"false" doc:"What they may say about a call."`
	CallsAtOnce    int       `json:"calls_at_once" doc:"How many calls it may have at once, on each gateway; 0 is no limit of its own."`
	CallsPerHour   int       `json:"calls_per_hour" doc:"How many calls it may begin within an hour, on each gateway; 0 is no limit of its own."`
	SignedIdentity bool      `json:"signed_identity" doc:"Whether it has an identity secret."`
	IdentitySecret string    `json:"identity_secret,omitempty" doc:"By which the site's server signs who a visitor is, shown once."`
	CreatedAt      time.Time `json:"created_at" doc:"When it was made."`
	UpdatedAt      time.Time `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

func widgetShown(w directory.Widget) Widget {
	return Widget{ID: w.ID, Object: "widget", Livemode: !w.Test, Key: w.Key, Name: w.Name, Enabled: w.Enabled, Managed: w.Managed,
		Origins: wordsOf(w.Origins), Destinations: stringsOf(w.Destinations), MetadataNames: wordsOf(w.Metadata),
		CallsAtOnce: w.CallsAtOnce, CallsPerHour: w.CallsPerHour, SignedIdentity: w.Identity, CreatedAt: w.Created, UpdatedAt: w.Updated}
}

type newWidget struct {
	Body struct {
		Name          string   `json:"name,omitempty" maxLength:"200" doc:"What it is for."`
		Origins       []string `json:"origins" minItems:"1" maxItems:"100" nullable:"false" doc:"The sites whose pages may use it." example:"[\"https://shop.example\"]"`
		Destinations  []string `json:"destinations" id:"reference" maxItems:"100" nullable:"false" doc:"Where these pages may call: references, and the beginnings of numbers." example:"[\"+1555\"]"`
		MetadataNames []string `json:"metadata_names,omitempty" maxItems:"50" nullable:"false" doc:"What they may say about a call."`
		CallsAtOnce   int      `json:"calls_at_once,omitempty" minimum:"0" maximum:"100000" doc:"How many calls it may have at once; 0 is no limit of its own."`
		CallsPerHour  int      `json:"calls_per_hour,omitempty" minimum:"0" maximum:"100000" doc:"How many calls it may begin within an hour; 0 is no limit of its own."`
	}
}

func (f Directory) createWidget(ctx context.Context, p directory.Principal, in *newWidget) (*Versioned[Widget], error) {
	b := in.Body
	origins, err := originsOf(b.Origins)
	if err != nil {
		return nil, err
	}
	to, err := destinationsOf(b.Destinations)
	if err != nil {
		return nil, err
	}
	w, err := f.Directory.CreateWidget(ctx, p, directory.NewWidget{ID: NewID(ctx, "widget"), Name: b.Name, Origins: origins, Destinations: to,
		Metadata: b.MetadataNames, CallsAtOnce: b.CallsAtOnce, CallsPerHour: b.CallsPerHour})
	return versioned(widgetShown(w), w.Updated), err
}

func (f Directory) widgets(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[Widget]], error) {
	found, err := f.Directory.Widgets(ctx, p, in.part())
	return listed(found, err, in.Limit, widgetShown, func(w directory.Widget) string { return w.ID })
}

type WidgetPath struct {
	ID string `path:"widget" id:"widget" maxLength:"64" doc:"The widget." example:"widget_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Directory) widget(ctx context.Context, p directory.Principal, in *WidgetPath) (*Versioned[Widget], error) {
	w, err := f.Directory.Widget(ctx, p, in.ID)
	return versioned(widgetShown(w), w.Updated), err
}

type widgetChange struct {
	WidgetPath
	IfMatch
	Body struct {
		Name          *string   `json:"name,omitempty" maxLength:"200" doc:"What it is for."`
		Enabled       *bool     `json:"enabled,omitempty" doc:"Whether pages may use it."`
		Origins       *[]string `json:"origins,omitempty" maxItems:"100" doc:"The sites whose pages may use it."`
		Destinations  *[]string `json:"destinations,omitempty" id:"reference" maxItems:"100" doc:"Where these pages may call: references, and the beginnings of numbers."`
		MetadataNames *[]string `json:"metadata_names,omitempty" maxItems:"50" doc:"What they may say about a call."`
		CallsAtOnce   *int      `json:"calls_at_once,omitempty" minimum:"0" maximum:"100000" doc:"How many calls it may have at once; 0 is no limit of its own."`
		CallsPerHour  *int      `json:"calls_per_hour,omitempty" minimum:"0" maximum:"100000" doc:"How many calls it may begin within an hour; 0 is no limit of its own."`
	}
}

func (f Directory) updateWidget(ctx context.Context, p directory.Principal, in *widgetChange) (*Versioned[Widget], error) {
	b := in.Body
	origins, err := optional(b.Origins, originsOf)
	if err != nil {
		return nil, err
	}
	to, err := optional(b.Destinations, destinationsOf)
	if err != nil {
		return nil, err
	}
	w, err := f.Directory.UpdateWidget(ctx, p, in.ID, directory.WidgetChange{Name: b.Name, Enabled: b.Enabled, Origins: origins, Destinations: to,
		Metadata: b.MetadataNames, CallsAtOnce: b.CallsAtOnce, CallsPerHour: b.CallsPerHour, If: in.unchanged})
	return versioned(widgetShown(w), w.Updated), err
}

func (f Directory) deleteWidget(ctx context.Context, p directory.Principal, in *WidgetPath) (*Empty, error) {
	return gone(f.Directory.DeleteWidget(ctx, p, in.ID))
}

func (f Directory) rotateIdentity(ctx context.Context, p directory.Principal, in *WidgetPath) (*Versioned[Widget], error) {
	w, secret, err := f.Directory.RotateIdentitySecret(ctx, p, in.ID)
	shown := widgetShown(w)
	shown.IdentitySecret = secret
	return versioned(shown, w.Updated), err
}
