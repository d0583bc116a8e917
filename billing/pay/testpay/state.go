package testpay

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"webtrunk/billing/pay"
)

// A state is all that a provider knows: what its file holds.
type state struct {
	Customers map[pay.CustomerID]pay.Customer `json:"customers"`
	Setups    map[pay.SetupID]*setup          `json:"setups"`
	Methods   []*method                       `json:"methods"`
	Payments  []*payment                      `json:"payments"`
	Done      map[string]done                 `json:"done"` // by idempotency key
	Outbox    []*delivery                     `json:"outbox"`
	Controls  Controls                        `json:"controls"`
}

type setup struct {
	Customer pay.CustomerID `json:"customer"`
	ReturnTo string         `json:"return_to"`
	Over     bool           `json:"over"`
}

type method struct {
	pay.Method
	Customer pay.CustomerID `json:"customer"`
	Does     behaviour      `json:"does"`
}

type payment struct {
	pay.Payment
	Description string    `json:"description"`
	Later       bool      `json:"later"` // is to be captured by itself
	ReturnTo    string    `json:"return_to"`
	DecidedAt   time.Time `json:"decided_at"` // of a pending one
}

// done is what came of the request with a key: the request's sum, and what it made or moved.
type done struct {
	Sum    string `json:"sum"`
	Object string `json:"object"`
}

// load reads the state of a file; without a file, or with none there yet, it is empty.
func load(file string) (*state, error) {
	s := &state{
		Customers: map[pay.CustomerID]pay.Customer{},
		Setups:    map[pay.SetupID]*setup{},
		Done:      map[string]done{},
	}
	if file == "" {
		return s, nil
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, s)
	}
	return s, err
}

// save puts the state into the file's place whole, so that a death in the middle leaves the
// one before.
func (s *state) save(file string) error {
	if file == "" {
		return nil
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}

func (s *state) payment(id pay.PaymentID) *payment {
	for _, p := range s.Payments {
		if p.ID == id {
			return p
		}
	}
	return nil
}

func (s *state) method(id pay.MethodID) *method {
	for _, m := range s.Methods {
		if m.ID == id {
			return m
		}
	}
	return nil
}
