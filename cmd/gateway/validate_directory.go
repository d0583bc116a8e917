package main

import (
	"slices"

	"webtrunk"
	"webtrunk/directory"
)

func (c Config) validateReferences(ps *Problems) {
	var seen firsts
	for i, r := range c.References {
		at := index("references", i)
		if err := directory.CheckReference(r.Name, r.Target); err != nil {
			setting := ".reference"
			if directory.CheckReference(r.Name, webtrunk.Address{Scheme: webtrunk.Browser}) == nil {
				setting = ".target"
			}
			ps.add(at+setting, "%s", sentence(err))
			continue
		}
		seen.check(ps, at+".reference", r.Name)
		if r.Target.Scheme == webtrunk.SIP {
			ps.add(at+".target", "the trunk reaches telephone numbers only: write tel:+15550100101, or browser:desk for a page")
		}
		received := func(rc ReceiverConfig) bool { return rc.Name == r.Target.Value }
		if r.Target.Scheme == webtrunk.Browser && !directory.IsAgent(r.Target) && !slices.ContainsFunc(c.Receivers, received) {
			ps.add(at+".target", "nobody receives calls as %q: add the name to receivers, or correct it", r.Target.Value)
		}
	}
}

func (c Config) validateNumbers(ps *Problems) {
	var seen firsts
	for i, n := range c.Numbers {
		at := index("numbers", i)
		if n.Number == "" {
			ps.add(at+".number", "write a telephone number of yours in international form, such as +15550100001")
		} else {
			seen.check(ps, at+".number", string(n.Number))
		}
		c.refer(ps, at+".reference", n.Reference)
	}
}

func (c Config) validateKeys(ps *Problems) {
	var seen firsts
	for i, k := range c.Keys {
		at := index("keys", i)
		if err := directory.CheckKeyName(k.Key); err != nil {
			ps.add(at+".key", "%s", sentence(err))
		} else {
			seen.check(ps, at+".key", k.Key)
		}
		if len(k.Origins) == 0 {
			ps.add(at+".origins", "name the sites whose pages use this key, such as https://shop.example")
		}
		if len(k.Destinations) == 0 {
			ps.add(at+".destinations", "name where this key may call: references, such as ref_shop, or the beginnings of numbers, such as +1555")
		}
		for j, d := range k.Destinations {
			if ref, ok := d.Reference(); ok {
				c.refer(ps, index(at+".destinations", j), ref.Value)
			}
		}
		for j, name := range k.Metadata {
			if name == "" || len(name) > 64 {
				ps.add(index(at+".metadata", j), "a name of metadata has 1 to 64 characters")
			}
		}
	}
}

// refer notes a reference that does not exist.
func (c Config) refer(ps *Problems, at, name string) {
	var names []string
	for _, r := range c.References {
		if r.Name == name && name != "" {
			return
		}
		names = append(names, r.Name)
	}
	switch near := nearest(name, names); {
	case name == "":
		ps.add(at, "write the name of a reference, such as ref_desk")
	case near != "":
		ps.add(at, "there is no reference %q: did you mean %q?", name, near)
	default:
		ps.add(at, "there is no reference %q: add it to references, or correct its name", name)
	}
}

func (c Config) validateReceivers(ps *Problems) {
	var seen firsts
	for i, r := range c.Receivers {
		at := index("receivers", i)
		if _, err := webtrunk.ParseAddress("browser:" + r.Name); err != nil {
			ps.add(at+".name", "%s", sentence(err))
		}
		if err := directory.CheckToken(r.Token); err != nil {
			ps.add(at+".token", "%s", sentence(err))
		} else {
			seen.checkSecret(ps, at+".token", r.Token)
		}
	}
}

// firsts remembers which setting first had a value that may be given once.
type firsts struct{ at map[string]string }

func (f *firsts) check(ps *Problems, at, value string) {
	if first := f.note(at, value); first != "" {
		ps.add(at, "%s is already given as %s: keep one of the two", value, first)
	}
}

func (f *firsts) checkSecret(ps *Problems, at, value string) {
	if first := f.note(at, value); first != "" {
		ps.add(at, "%s has the same token: give each receiver its own", first)
	}
}

func (f *firsts) note(at, value string) (first string) {
	if f.at == nil {
		f.at = make(map[string]string)
	}
	if first = f.at[value]; first == "" {
		f.at[value] = at
	}
	return first
}
