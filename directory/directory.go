package directory

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"webtrunk"
)

// A Reference is a public name for a contact that stays hidden.
type Reference struct {
	Name   string           // "ref_shop"
	Target webtrunk.Address // a telephone number, a SIP address or a browser
}

// A Number is a telephone number of the operator's and where it leads.
type Number struct {
	Number    webtrunk.Address
	Reference string
}

// Contents is what a directory is made from.
type Contents struct {
	Keys       []Key
	References []Reference
	Numbers    []Number
	Receivers  []Receiver
}

// A Directory answers questions about its contents, which do not change. It
// may be asked from any goroutine.
type Directory struct {
	keys       map[string]Key
	references map[string]webtrunk.Address
	numbers    map[string]string
	receivers  []known
}

// New makes a directory, or says what is wrong with its contents.
func New(c Contents) (*Directory, error) {
	d := &Directory{
		keys:       make(map[string]Key, len(c.Keys)),
		references: make(map[string]webtrunk.Address, len(c.References)),
		numbers:    make(map[string]string, len(c.Numbers)),
	}
	for _, step := range []func(Contents) error{d.addReferences, d.addKeys, d.addNumbers, d.addReceivers} {
		if err := step(c); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *Directory) addReferences(c Contents) error {
	for _, r := range c.References {
		if err := CheckReference(r.Name, r.Target); err != nil {
			return err
		}
		if _, twice := d.references[r.Name]; twice {
			return invalid("reference "+r.Name, "it is given twice")
		}
		d.references[r.Name] = r.Target
	}
	return nil
}

func (d *Directory) addKeys(c Contents) error {
	for _, k := range c.Keys {
		if err := k.validate(); err != nil {
			return err
		}
		if _, twice := d.keys[k.Name]; twice {
			return invalid("key "+k.Name, "it is given twice")
		}
		for _, to := range k.Destinations {
			if ref, ok := to.Reference(); ok && !d.has(ref.Value) {
				return dangling("key "+k.Name, ref.Value)
			}
		}
		d.keys[k.Name] = k
	}
	return nil
}

func (d *Directory) addNumbers(c Contents) error {
	for _, n := range c.Numbers {
		if n.Number.Scheme != webtrunk.Tel {
			return invalid("number", fmt.Sprintf("%q is not a telephone number", n.Number.Value))
		}
		if _, twice := d.numbers[n.Number.Value]; twice {
			return invalid("number "+n.Number.Value, "it is given twice")
		}
		if !d.has(n.Reference) {
			return dangling("number "+n.Number.Value, n.Reference)
		}
		d.numbers[n.Number.Value] = n.Reference
	}
	return nil
}

func (d *Directory) addReceivers(c Contents) error {
	for _, r := range c.Receivers {
		if err := r.validate(); err != nil {
			return err
		}
		if _, err := d.Receiver(r.Token); err == nil {
			return invalid("receiver "+r.Name, "another receiver has the same token")
		}
		d.receivers = append(d.receivers, known{sha256.Sum256([]byte(r.Token)), r.Address()})
	}
	return nil
}

// CheckReference says what is wrong with a reference. Its target is a contact,
// never another reference, so that following one always ends.
func CheckReference(name string, target webtrunk.Address) error {
	if !strings.HasPrefix(name, "ref_") || !plain(name) {
		return invalid("reference", fmt.Sprintf("%q is not a reference's name: write ref_ and letters, digits, '-' or '_', such as ref_shop", name))
	}
	switch target.Scheme {
	case webtrunk.Tel, webtrunk.SIP, webtrunk.Browser:
		return nil
	case webtrunk.Ref:
		return invalid("reference "+name, "its target is another reference: write the contact itself, such as tel:+15550100101")
	}
	return invalid("reference "+name, "it has no target: write tel:+15550100101, sip:alice@example.com or browser:desk")
}

func dangling(op, reference string) error {
	return invalid(op, fmt.Sprintf("there is no reference %q: add it to the references, or correct its name", reference))
}

func (d *Directory) has(reference string) bool {
	_, ok := d.references[reference]
	return ok
}

// Key returns the publishable key of this name.
func (d *Directory) Key(name string) (Key, error) {
	if k, ok := d.keys[name]; ok {
		return k, nil
	}
	return Key{}, &webtrunk.Error{Op: "key", Kind: webtrunk.NotFound,
		Message: "This page's key is unknown. Copy the key from the gateway's configuration into the page."}
}

// Serves reports whether any key may be used by pages of origin.
func (d *Directory) Serves(origin string) bool {
	for _, k := range d.keys {
		if k.Serves(origin) {
			return true
		}
	}
	return false
}

// Owns reports whether number is one of the operator's.
func (d *Directory) Owns(number webtrunk.Address) bool {
	_, ok := d.numbers[number.Value]
	return ok && number.Scheme == webtrunk.Tel
}

// Resolve returns the contact to call for addr: what is behind a reference, or
// behind a number of the operator's, and addr itself for any other contact.
func (d *Directory) Resolve(addr webtrunk.Address) (webtrunk.Address, error) {
	switch {
	case addr.Scheme == webtrunk.Ref:
		return d.follow(addr.Value)
	case d.Owns(addr):
		return d.follow(d.numbers[addr.Value])
	case addr.IsZero():
		return addr, invalid("resolve", "Nobody was named to call.")
	}
	return addr, nil
}

func (d *Directory) follow(reference string) (webtrunk.Address, error) {
	if target, ok := d.references[reference]; ok {
		return target, nil
	}
	return webtrunk.Address{}, leadsNowhere("resolve", reference)
}

func leadsNowhere(op, reference string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.NotFound,
		Message: fmt.Sprintf("%q leads to nobody: it is misspelt, no longer in use, or not for this page.", reference)}
}
