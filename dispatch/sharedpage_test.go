package dispatch

import (
	"slices"
	"testing"

	"webtrunk"
	"webtrunk/directory"
)

func TestPagesThatAnAccountShares(t *testing.T) {
	each(t, func(w *world) {
		shop, other := w.account("Shop"), w.account("Other")
		offer, err := w.CreateSharedPage(t.Context(), shop, SharedPage{Word: Word{Name: " Offer "}, URL: "https://Shop.example:443/offer", Beside: true})
		if err != nil || offer.Name != "Offer" || offer.URL != "https://shop.example/offer" {
			t.Fatal(offer, err)
		}
		help, err := w.CreateSharedPage(t.Context(), shop, SharedPage{Word: Word{Name: "Help"}, URL: "https://help.example/", Site: true})
		if err != nil {
			t.Fatal(err)
		}
		of := Tenant{Account: shop.Account, Test: shop.Test}
		for address, want := range map[string]string{
			"https://shop.example/offer":  offer.ID,
			"https://help.example/":       help.ID,
			"https://HELP.example/a?b#c":  help.ID,
			"https://help.example:443/it": help.ID,
		} {
			if got, err := w.Shares(t.Context(), of, address); err != nil || got.ID != want {
				t.Errorf("%s may be shown by %v, %v", address, got, err)
			}
		}
		for address, kind := range map[string]webtrunk.Kind{
			"https://shop.example/":              webtrunk.NotFound,
			"https://shop.example/offer?other=1": webtrunk.NotFound,
			"https://help.example:8443/":         webtrunk.NotFound,
			"https://help.example.other.example": webtrunk.NotFound,
			"javascript:alert(1)":                webtrunk.Invalid,
		} {
			if got, err := w.Shares(t.Context(), of, address); webtrunk.KindOf(err) != kind {
				t.Errorf("%s may be shown by %v, %v", address, got, err)
			}
		}
		for _, to := range []Tenant{{Account: other.Account, Test: shop.Test}, {Account: shop.Account, Test: !shop.Test}} {
			if got, err := w.Shares(t.Context(), to, offer.URL); webtrunk.KindOf(err) != webtrunk.NotFound {
				t.Errorf("to %+v the page may be shown by %v, %v", to, got, err)
			}
		}
		_, err = w.CreateSharedPage(t.Context(), shop, SharedPage{Word: Word{Name: "x"}, URL: "https://user:word@shop.example/"})
		refused(t, err, webtrunk.Invalid, "no password")
		_, err = w.CreateSharedPage(t.Context(), shop, SharedPage{URL: "https://shop.example/"})
		refused(t, err, webtrunk.Invalid, "name")

		if help, err = w.UpdateSharedPage(t.Context(), shop, help.ID, func(p *SharedPage) { p.Site = false }); err != nil || help.Site {
			t.Error(help, err)
		}
		if got, err := w.Shares(t.Context(), of, "https://help.example/a"); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Error(got, err)
		}
		if again, err := w.SharedPage(t.Context(), shop, help.ID); err != nil || again != help {
			t.Error(again, err)
		}
		if err := w.DeleteSharedPage(t.Context(), shop, offer.ID); err != nil {
			t.Error(err)
		}
		if all, err := w.SharedPages(t.Context(), shop, directory.Page{}); err != nil || len(all) != 1 || all[0] != help {
			t.Error(all, err)
		}
		want := []string{"shared_page.created", "shared_page.created", "shared_page.updated", "shared_page.deleted"}
		if types, _ := w.happened(shop.Account, "shared_page"); !slices.Equal(types, want) {
			t.Errorf("told %v", types)
		}
	})
}
