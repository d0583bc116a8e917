package dispatch

import (
	"slices"
	"testing"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/store"
)

func TestWordsToChooseFrom(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		lunch, err := w.CreateReason(t.Context(), shop, Reason{Word: Word{Name: " Lunch ", Position: 2}})
		if err != nil || lunch.Name != "Lunch" {
			t.Fatal(lunch, err)
		}
		if lunch, err = w.UpdateReason(t.Context(), shop, lunch.ID, func(r *Reason) { r.Position = 1 }); err != nil || lunch.Position != 1 {
			t.Error(lunch, err)
		}
		if again, err := w.Reason(t.Context(), shop, lunch.ID); err != nil || again != lunch {
			t.Error(again, err)
		}
		sold, err := w.CreateDisposition(t.Context(), shop, Disposition{Word: Word{Name: "Sold"}})
		if err != nil {
			t.Fatal(err)
		}
		if sold, err = w.UpdateDisposition(t.Context(), shop, sold.ID, func(d *Disposition) { d.Name = "Bought" }); err != nil || sold.Name != "Bought" {
			t.Error(sold, err)
		}
		if all, err := w.Dispositions(t.Context(), shop, directory.Page{}); err != nil || len(all) != 1 || all[0] != sold {
			t.Error(all, err)
		}
		_, err = w.CreateReason(t.Context(), shop, Reason{Word: Word{Name: "a\nb"}})
		refused(t, err, webtrunk.Invalid, "on one line")
		_, err = w.CreateDisposition(t.Context(), shop, Disposition{Word: Word{Name: "x", Position: 5000}})
		refused(t, err, webtrunk.Invalid, "-1000 to 1000")
		if err := w.DeleteReason(t.Context(), shop, lunch.ID); err != nil {
			t.Error(err)
		}
		if err := w.DeleteDisposition(t.Context(), shop, sold.ID); err != nil {
			t.Error(err)
		}
		want := []string{"presence_reason.created", "presence_reason.updated", "disposition.created", "disposition.updated", "presence_reason.deleted", "disposition.deleted"}
		if types, _ := w.happened(shop.Account, "presence_reason", "disposition"); !slices.Equal(types, want) {
			t.Errorf("told %v", types)
		}
	})
}

func TestAListOfWordsHasAnEnd(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		err := w.db.Tx(t.Context(), func(tx *store.Tx) error {
			for range reasons.Most {
				if _, err := tx.Exec(t.Context(), `INSERT INTO presence_reasons (id, account, test, settings, created) VALUES ($1, $2, $3, '{}', 0)`,
					webtrunk.NewID("reason"), string(shop.Account), false); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.CreateReason(t.Context(), shop, Reason{Word: Word{Name: "x"}})
		refused(t, err, webtrunk.Conflict, "100 already")
	})
}
