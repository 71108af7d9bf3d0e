package storetest

import (
	"bytes"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
)

func contacts(t *testing.T, s store.Store) {
	project, p := ident.New(), newProfile()
	write(t, s, func(w store.Writer) error { return w.PutContact(ctx, project, p) })
	wantProfile(t, s, project, p)

	changed := p.Clone()
	changed.LastSeen += minute
	changed.Traits["plan"] = contact.Value{Type: contact.Text, Text: "free"}
	write(t, s, func(w store.Writer) error { return w.PutContact(ctx, project, changed) })
	wantProfile(t, s, project, changed)

	empty := &contact.Profile{ID: ident.New()}
	write(t, s, func(w store.Writer) error { return w.PutContact(ctx, project, empty) })
	wantProfile(t, s, project, empty)

	read(t, s, func(r store.Reader) error {
		_, none := r.Contact(ctx, project, ident.New())
		wantFault(t, none, fault.NotFound, "contact_not_found")
		return nil
	})
}

// wantProfile compares profiles by what they say: nothing and an empty map say
// the same.
func wantProfile(t *testing.T, s store.Store, project ident.ID, want *contact.Profile) {
	t.Helper()
	read(t, s, func(r store.Reader) error {
		got, err := r.Contact(ctx, project, want.ID)
		if err == nil {
			wantJSON(t, "profile", got, want)
		}
		return err
	})
}

// contactList also crosses the page that an engine may read at a time.
func contactList(t *testing.T, s store.Store) {
	project, other := ident.New(), ident.New()
	want := map[ident.ID]bool{}
	write(t, s, func(w store.Writer) error {
		for range 450 {
			p := &contact.Profile{ID: ident.New(), FirstSeen: 1, LastSeen: 1}
			want[p.ID] = true
			if err := w.PutContact(ctx, project, p); err != nil {
				return err
			}
		}
		return w.PutContact(ctx, other, &contact.Profile{ID: ident.New(), FirstSeen: 1, LastSeen: 1})
	})
	read(t, s, func(r store.Reader) error {
		last := ident.None
		for p, err := range r.Contacts(ctx, project, ident.None) {
			if err != nil {
				return err
			}
			if !want[p.ID] || bytes.Compare(p.ID[:], last[:]) <= 0 {
				t.Errorf("contact %v is not one of the project, or out of order", p.ID)
			}
			delete(want, p.ID)
			last = p.ID
		}
		if len(want) > 0 {
			t.Errorf("%d contacts were not listed", len(want))
		}
		for p, err := range r.Contacts(ctx, project, last) {
			t.Errorf("behind the last: %v, %v", p, err)
		}
		return nil
	})
}

// find gives whom an identifier stands for, None for nobody.
func find(t *testing.T, s store.Store, project ident.ID, kind contact.IdentityKind, value string) (id ident.ID) {
	t.Helper()
	read(t, s, func(r store.Reader) (err error) {
		id, err = r.ContactByIdentity(ctx, project, kind, value)
		if fault.Is(err, "contact_not_found") {
			id, err = ident.None, nil
		}
		return err
	})
	return id
}

func identities(t *testing.T, s store.Store) {
	project := ident.New()
	owners := map[string]ident.ID{}
	for _, value := range []string{
		"ada", "Ada", "ada ", "ädä", "a\u0308da\u0308", "😀", "'; drop table contact; --", "%", "1", "01", "1.0", "\u200bada",
	} {
		owners[value] = ident.New()
		write(t, s, func(w store.Writer) error { return w.PutIdentity(ctx, project, contact.ByUserID, value, owners[value]) })
	}
	for value, owner := range owners {
		wantEqual(t, "owner of "+value, find(t, s, project, contact.ByUserID, value), owner)
	}
	wantEqual(t, "owner of an unknown value", find(t, s, project, contact.ByUserID, "ADA"), ident.None)
	wantEqual(t, "owner of the value as another kind", find(t, s, project, contact.ByAnonymous, "ada"), ident.None)

	for _, kind := range []contact.IdentityKind{contact.ByUserID, contact.ByAnonymous} {
		one, two := ident.New(), ident.New()
		for _, owner := range []ident.ID{one, two} {
			write(t, s, func(w store.Writer) error { return w.PutIdentity(ctx, project, kind, "moved", owner) })
			wantEqual(t, string(kind)+" goes to whom it was put last", find(t, s, project, kind, "moved"), owner)
		}
	}
}

func emails(t *testing.T, s store.Store) {
	project := ident.New()
	early, late := newProfile(), newProfile()
	early.LastSeen, late.LastSeen = noon, noon+1
	share := func(p *contact.Profile) {
		t.Helper()
		write(t, s, func(w store.Writer) error {
			return do(
				func() error { return w.PutContact(ctx, project, p) },
				func() error { return w.PutIdentity(ctx, project, contact.ByEmail, "office@example.com", p.ID) },
			)
		})
	}
	share(late)
	share(early)
	who := func() ident.ID { return find(t, s, project, contact.ByEmail, "office@example.com") }
	wantEqual(t, "the later one", who(), late.ID)

	early = early.Clone()
	early.LastSeen = noon + 2
	share(early)
	wantEqual(t, "the other one, once seen later", who(), early.ID)

	late = late.Clone()
	late.LastSeen = noon + 2
	share(late)
	wantEqual(t, "seen at once: the smaller id", who(), smaller(early.ID, late.ID))

	stranger := ident.New()
	write(t, s, func(w store.Writer) error {
		return w.PutIdentity(ctx, project, contact.ByEmail, "New@example.com", stranger)
	})
	wantEqual(t, "one that has no profile yet", find(t, s, project, contact.ByEmail, "New@example.com"), stranger)
	wantEqual(t, "letter case is the caller's", find(t, s, project, contact.ByEmail, "new@example.com"), ident.None)
}

func smaller(a, b ident.ID) ident.ID {
	if a.String() < b.String() {
		return a
	}
	return b
}

func dropIdentity(t *testing.T, s store.Store) {
	project, ada, bob := ident.New(), ident.New(), ident.New()
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return w.PutIdentity(ctx, project, contact.ByEmail, "x@example.com", ada) },
			func() error { return w.PutIdentity(ctx, project, contact.ByEmail, "x@example.com", bob) },
			func() error { return w.PutIdentity(ctx, project, contact.ByUserID, "x", ada) },
		)
	})
	drop := func(kind contact.IdentityKind, value string, of ident.ID) {
		t.Helper()
		write(t, s, func(w store.Writer) error { return w.DropIdentity(ctx, project, kind, value, of) })
	}
	drop(contact.ByEmail, "x@example.com", ada)
	wantEqual(t, "the other one with the address", find(t, s, project, contact.ByEmail, "x@example.com"), bob)
	drop(contact.ByUserID, "x", bob)
	wantEqual(t, "a pair that is not there", find(t, s, project, contact.ByUserID, "x"), ada)
	drop(contact.ByUserID, "x", ada)
	wantEqual(t, "the pair", find(t, s, project, contact.ByUserID, "x"), ident.None)
}

func accountsAndTraits(t *testing.T, s store.Store) {
	project := ident.New()
	acme := &contact.Account{
		ID: ident.New(), RemoteID: "acme", Name: "Acme", Traits: newProfile().Traits, FirstSeen: noon, LastSeen: noon + 1,
	}
	renamed := *acme
	renamed.Name = "Acme Inc."
	traits := []store.TraitInfo{
		{Owner: "account", Name: "seats", Type: contact.Integer, First: noon},
		{Owner: "contact", Name: "plan", Type: contact.Text, First: noon + 1},
		{Owner: "contact", Name: "seats", Type: contact.Float, First: noon + 2},
	}
	write(t, s, func(w store.Writer) error {
		for _, i := range []int{2, 0, 1} {
			if err := w.PutTrait(ctx, project, traits[i]); err != nil {
				return err
			}
		}
		return do(
			func() error { return w.PutAccount(ctx, project, acme) },
			func() error { return w.PutAccount(ctx, project, &renamed) },
		)
	})
	read(t, s, func(r store.Reader) error {
		got, err := r.Account(ctx, project, acme.ID)
		wantJSON(t, "account", got, renamed)
		_, none := r.Account(ctx, project, ident.New())
		wantFault(t, none, fault.NotFound, "account_not_found")
		all, traitsErr := r.Traits(ctx, project)
		wantEqual(t, "traits by owner, then name", all, traits)
		return do(func() error { return err }, func() error { return traitsErr })
	})
}
