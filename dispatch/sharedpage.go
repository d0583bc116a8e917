package dispatch

import (
	"context"

	"webtrunk"
	"webtrunk/directory"
)

// A SharedPage is one that the account's people may show to a visitor in a call.
type SharedPage struct {
	Row
	Word
	URL    string `json:"url"`        // as webtrunk.ParsePage writes it
	Site   bool   `json:"whole_site"` // and so may everything else of its origin
	Beside bool   `json:"beside"`     // it lets itself be framed, and opens beside the call
}

var sharedPages = kept[SharedPage, *SharedPage]{Kind: "shared_page", Name: "page", Prefix: "spage", Table: "shared_pages", Most: 200}

// Check implements shelf.Rower.
func (s *SharedPage) Check(context.Context, *Book, directory.Source) error {
	u, err := webtrunk.ParsePage(s.URL)
	if err != nil {
		return err
	}
	s.URL = u.String()
	return s.readable("shared_page")
}

// CreateSharedPage adds a page that may be shown.
func (b *Book) CreateSharedPage(ctx context.Context, by directory.Principal, p SharedPage) (SharedPage, error) {
	return sharedPages.Create(ctx, b, by, p)
}

// SharedPages lists the pages that may be shown, the newest first.
func (b *Book) SharedPages(ctx context.Context, by directory.Principal, p directory.Page) ([]SharedPage, error) {
	return sharedPages.List(ctx, b, by, p)
}

// SharedPage returns one of them.
func (b *Book) SharedPage(ctx context.Context, by directory.Principal, id string) (SharedPage, error) {
	return sharedPages.One(ctx, b.o.DB, tenantOf(by), id)
}

// UpdateSharedPage lets f change one of them, for what is shown from then on.
func (b *Book) UpdateSharedPage(ctx context.Context, by directory.Principal, id string, f func(*SharedPage)) (SharedPage, error) {
	return sharedPages.Update(ctx, b, by, id, f)
}

// DeleteSharedPage takes a page from the list. Where it was shown it stays.
func (b *Book) DeleteSharedPage(ctx context.Context, by directory.Principal, id string) error {
	return sharedPages.Remove(ctx, b, by, id)
}

// Shares returns what a tenant has listed that allows an address to be shown: the page
// itself, else one of which the whole site may be. NotFound is that nothing does.
func (b *Book) Shares(ctx context.Context, of Tenant, address string) (SharedPage, error) {
	asked, err := webtrunk.ParsePage(address)
	if err != nil {
		return SharedPage{}, err
	}
	all, err := sharedPages.All(ctx, b.o.DB, of)
	if err != nil {
		return SharedPage{}, err
	}
	site, found := SharedPage{}, false
	for _, p := range all {
		listed, err := webtrunk.ParsePage(p.URL)
		switch {
		case err != nil || webtrunk.PageOrigin(listed) != webtrunk.PageOrigin(asked):
		case p.URL == asked.String():
			return p, nil
		case p.Site && !found:
			site, found = p, true
		}
	}
	if !found {
		return site, &webtrunk.Error{Op: "shared_page", Kind: webtrunk.NotFound,
			Message: "This page may not be shown: the account has listed neither it nor its site."}
	}
	return site, nil
}
