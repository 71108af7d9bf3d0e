package storetest

import (
	"bytes"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/store"
)

// activityOf gathers what a filter gives.
func activityOf(t *testing.T, s store.Store, project ident.ID, f store.ActivityFilter) (all []store.Activity) {
	t.Helper()
	read(t, s, func(r store.Reader) error {
		for a, err := range r.Activity(ctx, project, f) {
			if err != nil {
				return err
			}
			all = append(all, a)
		}
		return nil
	})
	return all
}

func activity(t *testing.T, s store.Store) {
	project, p, away := ident.New(), newProfile(), newProfile()
	p.LastSeen, away.LastSeen = noon+10*minute, noon-1
	session := func(at contact.Micros) contact.Session {
		return contact.Session{Contact: p.ID, At: at, Page: "https://example.com/", Locale: "de", Device: "mobile", Country: "AT"}
	}
	event := func(name string, at contact.Micros) contact.Event {
		return contact.Event{ID: ident.New(), Contact: p.ID, Name: name, Properties: contact.Traits{"amount": contact.IntegerValue(9)}, Page: "https://example.com/plan", At: at, SentAt: at - 1}
	}
	oldSession, session1, session2 := session(noon-1), session(noon), session(noon+5*minute)
	oldEvent, event1, event2 := event("saved", noon-1), event("saved", noon), event("exported", noon+minute)
	oldResponse, response1 := newResponse(p.ID, ident.New(), noon-minute), newResponse(p.ID, ident.New(), noon+minute)
	write(t, s, func(w store.Writer) error {
		for _, one := range []contact.Session{session2, oldSession, session1, {Contact: away.ID, At: noon}} {
			if err := w.PutSession(ctx, project, one); err != nil {
				return err
			}
		}
		for _, e := range []contact.Event{event2, oldEvent, event1} {
			if err := w.PutEvent(ctx, project, e); err != nil {
				return err
			}
		}
		return do(
			func() error { return w.PutResponse(ctx, project, response1) },
			func() error { return w.PutResponse(ctx, project, oldResponse) },
			func() error { return w.PutContact(ctx, project, p) },
			func() error { return w.PutContact(ctx, project, away) },
			func() error { return newBelongings(ident.New()).put(w, ident.New()) },
		)
	})

	got := activityOf(t, s, project, store.ActivityFilter{Since: noon, Properties: map[string]bool{"saved": true}})
	if len(got) != 1 {
		t.Fatalf("%d contacts, want the one that was seen since", len(got))
	}
	event2.Properties = nil // not asked for
	wantJSON(t, "profile", got[0].Profile, p)
	wantEqual(t, "sessions", got[0].Sessions, []contact.Session{session1, session2})
	wantEqual(t, "events", got[0].Events, []contact.Event{event1, event2})
	var bare []response.Response
	for _, v := range []response.Response{oldResponse, response1} {
		bare = append(bare, response.Response{
			ID: v.ID, Contact: v.Contact, Survey: v.Survey, Channel: v.Channel, Launch: v.Launch,
			FirstShown: v.FirstShown, LastShown: v.LastShown, FirstData: v.FirstData, LastData: v.LastData,
			CompletedAt: v.CompletedAt, DismissedAt: v.DismissedAt,
		})
	}
	wantEqual(t, "responses", got[0].Responses, bare)

	event1.Properties = nil
	got = activityOf(t, s, project, store.ActivityFilter{Since: noon})
	wantEqual(t, "events when no properties are wanted", got[0].Events, []contact.Event{event1, event2})
	wantEqual(t, "contacts of another project", len(activityOf(t, s, ident.New(), store.ActivityFilter{})), 0)

	got[0].Profile.Traits["plan"] = contact.TextValue("free") // the receiver may change it
	wantProfile(t, s, project, p)
}

func activityStream(t *testing.T, s store.Store) {
	const n = 450
	project := ident.New()
	write(t, s, func(w store.Writer) error {
		for i := range n {
			p := &contact.Profile{ID: ident.New(), FirstSeen: 1, LastSeen: noon}
			if err := w.PutContact(ctx, project, p); err != nil {
				return err
			}
			for j := range i % 4 {
				e := contact.Event{ID: ident.New(), Contact: p.ID, Name: "saved", At: noon + contact.Micros(j)}
				if err := w.PutEvent(ctx, project, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	all := activityOf(t, s, project, store.ActivityFilter{})
	wantEqual(t, "contacts", len(all), n)
	events := 0
	for i, a := range all {
		events += len(a.Events)
		if i > 0 && bytes.Compare(all[i-1].Profile.ID[:], a.Profile.ID[:]) >= 0 {
			t.Fatalf("%v comes after %v", a.Profile.ID, all[i-1].Profile.ID)
		}
	}
	wantEqual(t, "events", events, n/4*6+(n%4-1)*(n%4)/2)

	middle := all[n/3].Profile.ID
	wantEqual(t, "those below an id", len(activityOf(t, s, project, store.ActivityFilter{Upto: middle})), n/3)
	rest := activityOf(t, s, project, store.ActivityFilter{From: middle})
	wantEqual(t, "the others", len(rest), n-n/3)
	wantEqual(t, "the first of the others", rest[0].Profile.ID, middle)
	few := activityOf(t, s, project, store.ActivityFilter{Only: []ident.ID{middle, ident.New(), all[3].Profile.ID}})
	wantEqual(t, "a few, in their order", len(few), 2)
	wantEqual(t, "the first of them", few[0].Profile.ID, middle)
	wantEqual(t, "events of the second", len(few[1].Events), len(all[3].Events))
	read(t, s, func(r store.Reader) error {
		for a, err := range r.Activity(ctx, project, store.ActivityFilter{}) {
			if err != nil {
				return err
			}
			inner := 0
			for range r.Activity(ctx, project, store.ActivityFilter{From: a.Profile.ID}) {
				if inner++; inner == 250 {
					break // leaving early leaves nothing open
				}
			}
			wantEqual(t, "a stream inside a stream", inner, 250)
			break
		}
		return nil
	})
}
