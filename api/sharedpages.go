package api

import (
	"context"
	"time"

	"webtrunk/directory"
	"webtrunk/dispatch"
)

func (f Dispatch) sharedPageRoutes(s *Server) {
	const tag, one = "Pages", "/v1/shared_pages/{shared_page}"
	read, write := directory.QueuesRead, directory.QueuesWrite
	Register(s, Route{Method: "POST", Path: "/v1/shared_pages", Summary: "Add a page to show", Tag: tag, Right: write, Status: 201,
		Doc: "A page that agents may show to a visitor during a call, or everything of its site."}, f.createSharedPage)
	Register(s, Route{Method: "GET", Path: "/v1/shared_pages", Summary: "List the pages to show", Tag: tag, Right: read}, f.sharedPages)
	Register(s, Route{Method: "GET", Path: one, Summary: "Get a page to show", Tag: tag, Right: read}, f.sharedPage)
	Register(s, Route{Method: "POST", Path: one, Summary: "Update a page to show", Tag: tag, Right: write}, f.updateSharedPage)
	Register(s, Route{Method: "DELETE", Path: one, Summary: "Delete a page to show", Tag: tag, Right: write, Doc: "Where it was shown it stays."}, f.deleteSharedPage)
}

// A SharedPage is one that agents may show.
type SharedPage struct {
	ID        string    `json:"id" doc:"The page." example:"spage_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Object    string    `json:"object" enum:"shared_page" doc:"Always shared_page."`
	Livemode  bool      `json:"livemode" doc:"Whether it is for live mode; otherwise for test mode."`
	Name      string    `json:"name" doc:"What agents read, and visitors too." example:"Our offers"`
	URL       string    `json:"url" doc:"Its address." example:"https://shop.example/offers"`
	WholeSite bool      `json:"whole_site" doc:"Agents may show every page of its origin."`
	Beside    bool      `json:"beside" doc:"It lets itself be framed, and opens beside the call; otherwise in a tab of its own."`
	Position  int       `json:"position" doc:"The smaller ones are shown first."`
	CreatedAt time.Time `json:"created_at" doc:"When it was added."`
	UpdatedAt time.Time `json:"updated_at" doc:"When it was last changed here; its ETag is another then."`
}

func sharedPageShown(s dispatch.SharedPage) SharedPage {
	return SharedPage{ID: s.ID, Object: "shared_page", Livemode: !s.Tenant.Test, Name: s.Name, URL: s.URL, WholeSite: s.Site, Beside: s.Beside,
		Position: s.Position, CreatedAt: s.Created, UpdatedAt: s.Updated}
}

type newSharedPage struct {
	Body struct {
		Name      string `json:"name" minLength:"1" maxLength:"200" doc:"What agents read, and visitors too." example:"Our offers"`
		URL       string `json:"url" minLength:"1" maxLength:"2000" doc:"An https address without login; http for this machine's own pages alone." example:"https://shop.example/offers"`
		WholeSite bool   `json:"whole_site,omitempty" doc:"Agents may show every page of its origin."`
		Beside    bool   `json:"beside,omitempty" doc:"It lets itself be framed, and opens beside the call; otherwise in a tab of its own."`
		Position  int    `json:"position,omitempty" minimum:"-1000" maximum:"1000" doc:"The smaller ones are shown first."`
	}
}

// SharedPagePath names a page to show.
type SharedPagePath struct {
	ID string `path:"shared_page" id:"shared_page" maxLength:"64" doc:"The page." example:"spage_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

type sharedPageChange struct {
	SharedPagePath
	IfMatch
	Body struct {
		Name      *string `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"What agents read, and visitors too."`
		URL       *string `json:"url,omitempty" minLength:"1" maxLength:"2000" doc:"An https address without login."`
		WholeSite *bool   `json:"whole_site,omitempty" doc:"Agents may show every page of its origin."`
		Beside    *bool   `json:"beside,omitempty" doc:"It lets itself be framed, and opens beside the call."`
		Position  *int    `json:"position,omitempty" minimum:"-1000" maximum:"1000" doc:"The smaller ones are shown first."`
	}
}

func (f Dispatch) createSharedPage(ctx context.Context, p directory.Principal, in *newSharedPage) (*Versioned[SharedPage], error) {
	b := in.Body
	s, err := f.Book.CreateSharedPage(ctx, p, dispatch.SharedPage{Row: dispatch.Row{ID: NewID(ctx, "spage")},
		Word: dispatch.Word{Name: b.Name, Position: b.Position}, URL: b.URL, Site: b.WholeSite, Beside: b.Beside})
	return versioned(sharedPageShown(s), s.Updated), err
}

func (f Dispatch) sharedPages(ctx context.Context, p directory.Principal, in *struct{ Page }) (*Answer[List[SharedPage]], error) {
	found, err := f.Book.SharedPages(ctx, p, in.part())
	return listed(found, err, in.Limit, sharedPageShown, func(s dispatch.SharedPage) string { return s.ID })
}

func (f Dispatch) sharedPage(ctx context.Context, p directory.Principal, in *SharedPagePath) (*Versioned[SharedPage], error) {
	s, err := f.Book.SharedPage(ctx, p, in.ID)
	return versioned(sharedPageShown(s), s.Updated), err
}

func (f Dispatch) updateSharedPage(ctx context.Context, p directory.Principal, in *sharedPageChange) (*Versioned[SharedPage], error) {
	s, err := f.Book.UpdateSharedPage(ctx, p, in.ID, func(s *dispatch.SharedPage) {
		s.Refuse(in.unchanged(s.Updated))
		setTo(&s.Name, in.Body.Name)
		setTo(&s.URL, in.Body.URL)
		setTo(&s.Site, in.Body.WholeSite)
		setTo(&s.Beside, in.Body.Beside)
		setTo(&s.Position, in.Body.Position)
	})
	return versioned(sharedPageShown(s), s.Updated), err
}

func (f Dispatch) deleteSharedPage(ctx context.Context, p directory.Principal, in *SharedPagePath) (*Empty, error) {
	return gone(f.Book.DeleteSharedPage(ctx, p, in.ID))
}
