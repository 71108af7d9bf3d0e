package app

import (
	"bytes"
	"context"
	"maps"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
)

// errReused says that an operation id came back with another content.
var errReused = fault.New(fault.Conflict, "op_conflict", "This operation id was used before with another content.")

// done tells whether an operation was applied to the current contact before.
// Facts that have a row of their own (events, views) need no such record.
func (v *visit) done(ctx context.Context, op *Op) (bool, error) {
	digest, done, err := v.tx.HasOperation(ctx, v.project.ID, v.profile.ID, op.UID)
	if err == nil && done && !bytes.Equal(digest, op.Digest) {
		return true, errReused
	}
	return done, err
}

func (v *visit) record(ctx context.Context, op *Op) error {
	v.dirty, v.changed = true, true
	return v.tx.PutOperation(ctx, v.project.ID, v.profile.ID, op.UID, op.Digest, v.now)
}

// identify makes the named person the visitor and writes their traits.
func (v *visit) identify(ctx context.Context, op *Op) error {
	who := op.Who
	who.AnonymousID = v.who.AnonymousID
	if err := v.enter(ctx, who); err != nil {
		return err
	}
	if v.badSignature {
		return errSignature
	}
	if done, err := v.done(ctx, op); err != nil || done {
		return err
	}
	given, err := v.admit(ctx, ownerContact, op.Given)
	if err != nil {
		return err
	}
	change := contact.Identify{UserID: who.ID, Email: who.Email, Verified: v.verified, Given: given, Replace: op.Replace}
	if _, err := v.profile.Identify(change); err != nil {
		return err
	}
	if op.Locale != "" {
		v.profile.Locale = op.Locale
	}
	if op.Account != nil {
		if err := v.joinAccount(ctx, op); err != nil {
			return err
		}
	}
	return v.record(ctx, op)
}

// startSession starts a session now, whatever went before.
func (v *visit) startSession(ctx context.Context, op *Op) error {
	if done, err := v.done(ctx, op); err != nil || done {
		return err
	}
	v.profile.StartSession(v.now)
	if err := v.putSession(ctx); err != nil {
		return err
	}
	return v.record(ctx, op)
}

// track records an event.
func (v *visit) track(ctx context.Context, op *Op) error {
	e := contact.Event{ID: op.UID, Contact: v.profile.ID, Name: op.Name, Properties: op.Given.Set, Page: v.page, At: v.now, SentAt: op.SentAt}
	switch err := v.tx.PutEvent(ctx, v.project.ID, e); {
	case fault.Is(err, "event_exists"):
		return v.trackedBefore(ctx, op)
	case err != nil:
		return err
	}
	v.countEvent(op.Name, op.Given.Set)
	v.dirty, v.changed = true, true
	return nil
}

// trackedBefore tells a retry from an id that was used for something else.
func (v *visit) trackedBefore(ctx context.Context, op *Op) error {
	have, err := v.tx.Event(ctx, v.project.ID, v.profile.ID, op.UID)
	if err == nil && (have.Name != op.Name || !maps.Equal(have.Properties, op.Given.Set)) {
		return errReused
	}
	return err
}

// joinAccount puts the visitor into the account that identify names. Without
// an id the account is the visitor's own one, or a new one of theirs alone.
func (v *visit) joinAccount(ctx context.Context, op *Op) error {
	given, err := v.admit(ctx, ownerAccount, op.Account.Given)
	if err != nil {
		return err
	}
	acc, err := v.findAccount(ctx, op.Account.ID)
	if err != nil {
		return err
	}
	if op.Account.Name != "" {
		set := contact.Traits{}
		maps.Copy(set, given.Set)
		set["name"] = contact.TextValue(op.Account.Name)
		given.Set = set
	}
	if _, err := acc.Identify(given, op.Replace); err != nil {
		return err
	}
	acc.LastSeen = v.now
	v.account, v.profile.Account = acc, acc.ID
	return v.tx.PutAccount(ctx, v.project.ID, acc)
}

// findAccount gives a copy of the account with a customer's id, or a new one.
func (v *visit) findAccount(ctx context.Context, remoteID string) (*contact.Account, error) {
	id := v.profile.Account
	switch {
	case remoteID != "":
		id = ident.Derived(v.project.ID, "account:"+remoteID)
	case id == ident.None:
		id = ident.Derived(v.project.ID, "account_of:"+v.profile.ID.String())
	}
	acc, err := v.tx.Account(ctx, v.project.ID, id)
	if fault.Is(err, "account_not_found") {
		return &contact.Account{ID: id, RemoteID: remoteID, FirstSeen: v.now}, nil
	}
	if err != nil {
		return nil, err
	}
	return acc.Clone(), nil
}

// Owners of traits.
const (
	ownerContact = "contact"
	ownerAccount = "account"
)

// maxTraitNames is how many trait names a project may have; values under
// further names are dropped.
const maxTraitNames = 1000

// admit registers trait names that are new in the project and leaves out those
// beyond the limit.
func (v *visit) admit(ctx context.Context, owner string, given contact.Given) (contact.Given, error) {
	var fresh []store.TraitInfo
	for name, value := range given.Set {
		if !v.project.traits.has(owner, name) {
			fresh = append(fresh, store.TraitInfo{Owner: owner, Name: name, Type: value.Type, First: v.now})
		}
	}
	if len(fresh) == 0 {
		return given, nil
	}
	known, err := v.tx.Traits(ctx, v.project.ID)
	if err != nil {
		return given, err
	}
	return v.register(ctx, given, fresh, known)
}

func (v *visit) register(ctx context.Context, given contact.Given, fresh, known []store.TraitInfo) (contact.Given, error) {
	set := maps.Clone(given.Set)
	room := maxTraitNames - len(known)
	for _, t := range fresh {
		switch {
		case hasTrait(known, t):
		case room <= 0:
			delete(set, t.Name)
			continue
		default:
			if err := v.tx.PutTrait(ctx, v.project.ID, t); err != nil {
				return given, err
			}
			room--
		}
		v.learned = append(v.learned, t)
	}
	given.Set = set
	return given, nil
}
