package storetest

import (
	"math/rand/v2"
	"slices"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/store"
)

// belongings is one of everything that can belong to a contact.
type belongings struct {
	profile   *contact.Profile
	operation ident.ID
	session   contact.Session
	event     contact.Event
	response  response.Response
	outbox    store.OutboxRow
}

func newBelongings(project ident.ID) belongings {
	p := newProfile()
	return belongings{
		profile: p, operation: ident.New(),
		session:  contact.Session{Contact: p.ID, At: noon + contact.Micros(rand.IntN(1_000_000)), Page: "https://example.com/"},
		event:    contact.Event{ID: ident.New(), Contact: p.ID, Name: "saved", At: noon},
		response: newResponse(p.ID, ident.New(), noon),
		outbox: store.OutboxRow{
			ID: ident.New(), Project: project, Contact: p.ID, Topic: "survey_shown", Subject: ident.New(),
			Body: []byte(`{}`), Created: noon, Due: noon,
		},
	}
}

func (b belongings) put(w store.Writer, project ident.ID) error {
	id := b.profile.ID
	return do(
		func() error { return w.PutContact(ctx, project, b.profile) },
		func() error { return w.PutIdentity(ctx, project, contact.ByUserID, b.profile.UserID, id) },
		func() error { return w.PutIdentity(ctx, project, contact.ByAnonymous, id.String(), id) },
		func() error { return w.PutIdentity(ctx, project, contact.ByEmail, b.profile.Email, id) },
		func() error { return w.PutOperation(ctx, project, id, b.operation, []byte("digest"), noon) },
		func() error { return w.PutSession(ctx, project, b.session) },
		func() error { return w.PutEvent(ctx, project, b.event) },
		func() error { return w.PutResponse(ctx, project, b.response) },
		func() error { return w.PutOutbox(ctx, b.outbox) },
	)
}

func moveContact(t *testing.T, s store.Store) {
	project := ident.New()
	from, into := newBelongings(project), newBelongings(project)
	write(t, s, func(w store.Writer) error {
		return do(func() error { return from.put(w, project) }, func() error { return into.put(w, project) })
	})
	write(t, s, func(w store.Writer) error { return w.MoveContact(ctx, project, from.profile.ID, into.profile.ID) })

	for _, kind := range []contact.IdentityKind{contact.ByUserID, contact.ByAnonymous, contact.ByEmail} {
		for _, b := range []belongings{from, into} {
			value := map[contact.IdentityKind]string{
				contact.ByUserID: b.profile.UserID, contact.ByAnonymous: b.profile.ID.String(), contact.ByEmail: b.profile.Email,
			}[kind]
			wantEqual(t, string(kind), find(t, s, project, kind, value), into.profile.ID)
		}
	}
	read(t, s, func(r store.Reader) error {
		_, gone := r.Contact(ctx, project, from.profile.ID)
		wantFault(t, gone, fault.NotFound, "contact_not_found")
		wantOwner(t, r, project, from, into.profile.ID)
		wantOwner(t, r, project, into, into.profile.ID)
		n, err := r.Count(ctx, project)
		wantEqual(t, "counts", n, store.Counts{Contacts: 1, Sessions: 2, Events: 2, Responses: 2, Operations: 2, Outbox: 2})
		rows, outboxErr := r.Outbox(ctx, noon, 10)
		for _, o := range rows {
			wantEqual(t, "contact of the outbox row", o.Contact, into.profile.ID)
		}
		return do(func() error { return err }, func() error { return outboxErr })
	})

	// The address was shared by both; dropping the survivor's leaves nobody.
	write(t, s, func(w store.Writer) error {
		return w.DropIdentity(ctx, project, contact.ByEmail, "ada@example.com", into.profile.ID)
	})
	wantEqual(t, "nobody left", find(t, s, project, contact.ByEmail, "ada@example.com"), ident.None)
}

// wantOwner checks that b's facts are found under owner.
func wantOwner(t *testing.T, r store.Reader, project ident.ID, b belongings, owner ident.ID) {
	t.Helper()
	if digest, ok, err := r.HasOperation(ctx, project, owner, b.operation); err != nil || !ok || string(digest) != "digest" {
		t.Errorf("operation: got %q, %v, %v", digest, ok, err)
	}
	if e, err := r.Event(ctx, project, owner, b.event.ID); err != nil || e.Contact != owner {
		t.Errorf("event: got %v, %v", e, err)
	}
	if all, err := r.Sessions(ctx, project, owner, 0); err != nil || !slices.ContainsFunc(all, func(s contact.Session) bool { return s.At == b.session.At }) {
		t.Errorf("session: got %v, %v", all, err)
	}
	if v, err := r.Response(ctx, project, owner, b.response.ID); err != nil || v.Contact != owner {
		t.Errorf("response: got %v, %v", v, err)
	}
}

func moveTwice(t *testing.T, s store.Store) {
	project := ident.New()
	from, into := newBelongings(project), newBelongings(project)
	from.operation, from.session.At = into.operation, into.session.At
	from.event.ID, from.response.ID, from.outbox.ID = into.event.ID, into.response.ID, into.outbox.ID
	from.event.Name, into.event.Name = "copy", "kept"
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return from.put(w, project) },
			func() error { return into.put(w, project) },
			func() error { return w.MoveContact(ctx, project, from.profile.ID, into.profile.ID) },
		)
	})
	read(t, s, func(r store.Reader) error {
		e, err := r.Event(ctx, project, into.profile.ID, into.event.ID)
		wantEqual(t, "event", e.Name, "kept")
		n, countErr := r.Count(ctx, project)
		wantEqual(t, "counts", n, store.Counts{Contacts: 1, Sessions: 1, Events: 1, Responses: 1, Operations: 1, Outbox: 1})
		return do(func() error { return err }, func() error { return countErr })
	})
}

func moveToItself(t *testing.T, s store.Store) {
	project := ident.New()
	b := newBelongings(project)
	write(t, s, func(w store.Writer) error { return b.put(w, project) })
	write(t, s, func(w store.Writer) error { return w.MoveContact(ctx, project, b.profile.ID, b.profile.ID) })
	wantProfile(t, s, project, b.profile)
	wantEqual(t, "user id", find(t, s, project, contact.ByUserID, b.profile.UserID), b.profile.ID)
	read(t, s, func(r store.Reader) error {
		wantOwner(t, r, project, b, b.profile.ID)
		return nil
	})
}

func tenants(t *testing.T, s store.Store) {
	mine, theirs := ident.New(), ident.New()
	b, sv := newBelongings(mine), newSurvey("nps", "abcdef-ghijkl")
	acme := &contact.Account{ID: ident.New(), Name: "Acme"}
	counter := store.Counter{Survey: sv.ID, What: "views"}
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return b.put(w, mine) },
			func() error { return w.PutSurvey(ctx, mine, sv) },
			func() error { return w.PutVersion(ctx, mine, sv.ID, store.SurveyVersion{Version: 1}) },
			func() error { return w.PutAccount(ctx, mine, acme) },
			func() error { return w.PutTrait(ctx, mine, store.TraitInfo{Owner: "contact", Name: "plan"}) },
			func() error { return w.AddCount(ctx, mine, counter, noon, 1) },
		)
	})
	// What somebody does with the ids under another project must not reach mine.
	write(t, s, func(w store.Writer) error {
		return do(
			func() error {
				return w.DropIdentity(ctx, theirs, contact.ByUserID, b.profile.UserID, b.profile.ID)
			},
			func() error { return w.MoveContact(ctx, theirs, b.profile.ID, ident.New()) },
		)
	})
	wantProfile(t, s, mine, b.profile)
	wantEqual(t, "my user id", find(t, s, mine, contact.ByUserID, b.profile.UserID), b.profile.ID)

	id := b.profile.ID
	read(t, s, func(r store.Reader) error {
		wantOwner(t, r, mine, b, id)
		for code, look := range map[string]func() error{
			"contact_not_found": func() error { _, err := r.Contact(ctx, theirs, id); return err },
			"account_not_found": func() error { _, err := r.Account(ctx, theirs, acme.ID); return err },
			"survey_not_found":  func() error { _, err := r.Survey(ctx, theirs, sv.ID); return err },
			"event_not_found":   func() error { _, err := r.Event(ctx, theirs, id, b.event.ID); return err },
			"response_not_found": func() error {
				_, err := r.Response(ctx, theirs, id, b.response.ID)
				return err
			},
		} {
			wantFault(t, look(), fault.NotFound, code)
		}
		for _, kind := range []contact.IdentityKind{contact.ByUserID, contact.ByEmail, contact.ByAnonymous} {
			for _, value := range []string{b.profile.UserID, b.profile.Email, id.String()} {
				_, err := r.ContactByIdentity(ctx, theirs, kind, value)
				wantFault(t, err, fault.NotFound, "contact_not_found")
			}
		}
		_, err := r.SurveyByKey(ctx, theirs, sv.Key)
		wantFault(t, err, fault.NotFound, "survey_not_found")
		_, err = r.LastResponse(ctx, theirs, id, b.response.Survey, b.response.Channel)
		wantFault(t, err, fault.NotFound, "response_not_found")
		return wantNothing(t, r, theirs, id, b, sv.ID, counter)
	})
}

// wantNothing checks the lookups that give lists and numbers.
func wantNothing(t *testing.T, r store.Reader, project, id ident.ID, b belongings, sv ident.ID, c store.Counter) error {
	t.Helper()
	_, applied, err := r.HasOperation(ctx, project, id, b.operation)
	all, surveysErr := r.Surveys(ctx, project)
	log, versionsErr := r.Versions(ctx, project, sv)
	traits, traitsErr := r.Traits(ctx, project)
	began, sessionsErr := r.Sessions(ctx, project, id, 0)
	sum, sumErr := r.CountSince(ctx, project, c, 0)
	n, countErr := r.Count(ctx, project)
	listed := 0
	for _, f := range []store.ResponseFilter{{}, {Contact: id}, {Survey: b.response.Survey}} {
		for range r.Responses(ctx, project, f) {
			listed++
		}
	}
	wantEqual(t, "what another project sees",
		[]any{applied, len(all), len(log), len(traits), len(began), sum, n, listed},
		[]any{false, 0, 0, 0, 0, 0, store.Counts{}, 0})
	for _, err := range []error{err, surveysErr, versionsErr, traitsErr, sessionsErr, sumErr, countErr} {
		if err != nil {
			return err
		}
	}
	return nil
}
