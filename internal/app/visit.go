package app

import (
	"context"
	"encoding/binary"
	"strconv"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/store"
	"earshot/internal/team"
)

// visit is one batch of one visitor being applied. An operation that is
// refused must not have changed anything: check first, then change.
type visit struct {
	app     *App
	project *project
	batch   *Batch
	now     contact.Micros
	reader  store.Reader
	tx      store.Writer // nil while only looking

	who          Who
	verified     bool // the signature of who.ID was checked
	badSignature bool // and it counts against the visitor

	profile *contact.Profile // of who; in a transaction our own copy
	account *contact.Account
	dirty   bool   // profile differs from what is stored
	page    string // where the visitor is, without query and fragment

	learned []store.TraitInfo // names registered, to be remembered once committed

	changed bool // the armed surveys may have changed
	answer  Answer
}

// enter makes who the visitor of what follows: it finds or makes the contact,
// merges what belongs together, and moves last seen and the session.
func (v *visit) enter(ctx context.Context, who Who) error {
	if err := v.save(ctx); err != nil {
		return err
	}
	v.who = who
	v.checkSignature()
	if v.badSignature {
		v.who.ID, v.who.Email = "", "" // whatever follows is not this person's doing
	}
	p, err := v.resolve(ctx, v.who)
	if err != nil {
		return err
	}
	v.profile, v.dirty = p, true
	if err := v.loadAccount(ctx); err != nil {
		return err
	}
	if last := v.app.seen.last(v.project.ID, p.ID); last > p.LastSeen {
		p.LastSeen = last // noted, not yet written: the session must not break over it
	}
	started := p.Seen(v.now)
	v.place()
	if err := v.recount(ctx); err != nil {
		return err
	}
	if started {
		return v.putSession(ctx)
	}
	return nil
}

// putSession keeps as a fact that a session has just started.
func (v *visit) putSession(ctx context.Context) error {
	p := v.profile
	return v.tx.PutSession(ctx, v.project.ID, contact.Session{
		Contact: p.ID, At: v.now, Page: v.page, Locale: p.Locale, Device: p.Device, Country: p.Country,
	})
}

// place notes what the batch says about where the visitor is.
func (v *visit) place() {
	at, p := &v.batch.At, v.profile
	set := func(field *string, value string) {
		if value != "" {
			*field = value
		}
	}
	set(&p.Locale, at.Locale)
	set(&p.Device, at.Device)
	set(&p.Country, at.Country)
	v.page = bareAddress(at.URL)
	set(&p.Page, v.page)
	set(&p.Installation, v.batch.Installation)
}

// checkSignature decides what the identity signature means under the
// project's mode. In log mode everything counts as before.
func (v *visit) checkSignature() {
	v.verified, v.badSignature = false, false
	if v.who.Anonymous() {
		return
	}
	v.verified = v.project.Verify(v.who.ID, v.who.Signature)
	v.badSignature = v.project.Settings.Identity == team.IdentityRequired && !v.verified
}

// glance is enter for a visitor about whom nothing has to be written.
func (v *visit) glance(ctx context.Context) error {
	v.who = v.batch.Who
	v.checkSignature()
	id, err := v.lookup(ctx, contact.ByAnonymous, v.who.AnonymousID)
	if err != nil || id == ident.None {
		return orMustWrite(err)
	}
	v.profile, err = v.reader.Contact(ctx, v.project.ID, id)
	if err != nil {
		return err
	}
	if known, err := v.known(ctx); err != nil || !known {
		return orMustWrite(err)
	}
	last := max(v.profile.LastSeen, v.app.seen.last(v.project.ID, id))
	if v.badSignature || contact.NewSession(last, v.now) || stale(v.profile, v.project.launch.Derived()) {
		return errMustWrite
	}
	here := *v.profile // where the visitor is counts, though it is not written
	here.LastSeen = v.now
	v.profile = &here
	v.place()
	if err := v.loadAccount(ctx); err != nil {
		return err
	}
	for i := range v.batch.Ops {
		res := Result{UID: v.batch.Ops[i].UID, Status: OK}
		if v.batch.Ops[i].Kind == OpView {
			if res, err = v.rehearse(ctx, &v.batch.Ops[i]); err != nil {
				return err
			}
		}
		v.answer.Results = append(v.answer.Results, res)
	}
	return v.arm(ctx)
}

// known tells whether the contact behind the browser is the one that the
// visitor's other identifiers stand for; otherwise there is something to write.
func (v *visit) known(ctx context.Context) (bool, error) {
	switch {
	case v.who.Anonymous():
		return true, nil
	case v.who.ID != "":
		return isUser(v.profile, v.who.ID), nil
	}
	same, err := v.lookup(ctx, contact.ByEmail, v.who.Email)
	return same == v.profile.ID, err
}

// isUser tells whether a user id stands for this contact. It stands for one
// contact alone, whose profile has it, so this needs no look-up.
func isUser(p *contact.Profile, userID string) bool { return userID != "" && p.UserID == userID }

func orMustWrite(err error) error {
	if err != nil {
		return err
	}
	return errMustWrite
}

// lookup finds whom an identifier stands for; None if nobody.
func (v *visit) lookup(ctx context.Context, kind contact.IdentityKind, value string) (ident.ID, error) {
	if value == "" {
		return ident.None, nil
	}
	id, err := v.reader.ContactByIdentity(ctx, v.project.ID, kind, value)
	if fault.Is(err, "contact_not_found") {
		return ident.None, nil
	}
	return id, err
}

// resolve finds or makes the contact that who stands for, by the rules of
// docs/rules/contacts.md, and returns a copy that may be changed.
func (v *visit) resolve(ctx context.Context, who Who) (*contact.Profile, error) {
	behind, err := v.lookup(ctx, contact.ByAnonymous, who.AnonymousID)
	if err != nil {
		return nil, err
	}
	if behind != ident.None {
		p, err := v.load(ctx, behind)
		switch {
		case err != nil || who.Anonymous():
			return p, err
		case isUser(p, who.ID):
			return p, v.name(ctx, p, who, behind)
		}
	}
	if who.Anonymous() {
		return v.create(ctx, who)
	}
	target, err := v.identified(ctx, who)
	if err != nil {
		return nil, err
	}
	return v.join(ctx, who, target, behind)
}

// identified finds the contact by id; without an id, or when the id is new
// and the e-mail's contact has none yet, by e-mail. None if there is nobody.
func (v *visit) identified(ctx context.Context, who Who) (ident.ID, error) {
	byID, err := v.lookup(ctx, contact.ByUserID, who.ID)
	if err != nil || byID != ident.None {
		return byID, err
	}
	byEmail, err := v.lookup(ctx, contact.ByEmail, who.Email)
	if err != nil || byEmail == ident.None || who.ID == "" {
		return byEmail, err
	}
	p, err := v.reader.Contact(ctx, v.project.ID, byEmail)
	if err != nil || p.UserID != "" {
		return ident.None, err
	}
	return byEmail, nil
}

// join brings together the identified contact (None: not met yet) and the one
// behind the browser's anonymous id (None: new browser). A contact that was
// never identified becomes part of the identified one; two known people never
// mix, the browser just stands for the new one from now on.
func (v *visit) join(ctx context.Context, who Who, target, behind ident.ID) (*contact.Profile, error) {
	var stranger *contact.Profile
	if behind != ident.None && behind != target {
		p, err := v.load(ctx, behind)
		if err != nil {
			return nil, err
		}
		if p.UserID == "" && p.Email == "" {
			stranger = p
		}
	}
	var p *contact.Profile
	var err error
	switch {
	case target == ident.None && stranger != nil:
		p = stranger
	case target == ident.None:
		return v.create(ctx, who)
	default:
		if p, err = v.load(ctx, target); err != nil {
			return nil, err
		}
		if stranger != nil {
			contact.Merge(p, stranger)
			if err := v.tx.MoveContact(ctx, v.project.ID, stranger.ID, p.ID); err != nil {
				return nil, err
			}
		}
	}
	return p, v.name(ctx, p, who, behind)
}

// name gives p the identifiers of who and keeps the look-up table in step.
func (v *visit) name(ctx context.Context, p *contact.Profile, who Who, behind ident.ID) error {
	put := func(kind contact.IdentityKind, value string) error {
		return v.tx.PutIdentity(ctx, v.project.ID, kind, value, p.ID)
	}
	if who.AnonymousID != "" && behind != p.ID {
		if err := put(contact.ByAnonymous, who.AnonymousID); err != nil {
			return err
		}
	}
	first := p.UserID == "" && p.Email == "" && !who.Anonymous()
	if who.ID != "" && p.UserID == "" {
		p.UserID = who.ID
		if err := put(contact.ByUserID, who.ID); err != nil {
			return err
		}
	}
	if who.Email != "" && p.Email != who.Email {
		if p.Email != "" {
			if err := v.tx.DropIdentity(ctx, v.project.ID, contact.ByEmail, p.Email, p.ID); err != nil {
				return err
			}
		}
		p.Email = who.Email
		if err := put(contact.ByEmail, who.Email); err != nil {
			return err
		}
	}
	if first {
		return v.emit(ctx, p.ID, topicIdentified, p.ID, contactBody{Contact: p.ID, ID: p.UserID, Email: p.Email})
	}
	return nil
}

// load gives a copy of a stored profile that may be changed.
func (v *visit) load(ctx context.Context, id ident.ID) (*contact.Profile, error) {
	if v.profile != nil && v.profile.ID == id && v.tx != nil {
		return v.profile, nil // ours already, perhaps changed since
	}
	p, err := v.reader.Contact(ctx, v.project.ID, id)
	if err != nil {
		return nil, err
	}
	return p.Clone(), nil
}

// create makes a contact for a visitor nobody has met. Its id is derived from
// the strongest identifier, so that two nodes meeting the same person at the
// same moment collide on the key instead of making two people.
func (v *visit) create(ctx context.Context, who Who) (*contact.Profile, error) {
	kind, value := contact.ByAnonymous, who.AnonymousID
	switch {
	case who.ID != "":
		kind, value = contact.ByUserID, who.ID
	case who.Email != "":
		kind, value = contact.ByEmail, who.Email
	}
	id, err := v.freeID(ctx, string(kind)+":"+value)
	if err != nil {
		return nil, err
	}
	p := &contact.Profile{ID: id, SamplingID: binary.LittleEndian.Uint64(id[8:]), FirstSeen: v.now}
	if who.Anonymous() {
		return p, v.tx.PutIdentity(ctx, v.project.ID, contact.ByAnonymous, who.AnonymousID, id)
	}
	return p, v.name(ctx, p, who, ident.None)
}

// freeID derives a contact id. The plain one is taken when its contact has
// since got another identifier (a changed e-mail, say); then the next is tried.
func (v *visit) freeID(ctx context.Context, name string) (ident.ID, error) {
	for n := 0; ; n++ {
		id := ident.Derived(v.project.ID, name)
		if n > 0 {
			id = ident.Derived(v.project.ID, name+"#"+strconv.Itoa(n))
		}
		_, err := v.reader.Contact(ctx, v.project.ID, id)
		if fault.Is(err, "contact_not_found") {
			return id, nil
		}
		if err != nil {
			return ident.None, err
		}
	}
}

func (v *visit) loadAccount(ctx context.Context) error {
	v.account = nil
	if v.profile.Account == ident.None {
		return nil
	}
	acc, err := v.reader.Account(ctx, v.project.ID, v.profile.Account)
	if fault.Is(err, "account_not_found") {
		return nil
	}
	v.account = acc
	return err
}

// save writes the profile if it differs from what is stored.
func (v *visit) save(ctx context.Context) error {
	if v.tx == nil || !v.dirty || v.profile == nil {
		return nil
	}
	v.dirty = false
	return v.tx.PutContact(ctx, v.project.ID, v.profile)
}

// visitor is how launch sees this visit.
func (v *visit) visitor() launch.Visitor {
	return launch.Visitor{
		Profile:      v.profile,
		Account:      v.account,
		Anonymous:    v.who.Anonymous(),
		Verified:     v.verified,
		BadSignature: v.badSignature,
	}
}
