package storetest

import (
	"bytes"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/store"
)

func operations(t *testing.T, s store.Store) {
	project, ada, bob, op := ident.New(), ident.New(), ident.New(), ident.New()
	put := func(owner ident.ID, digest []byte) error {
		return s.Write(ctx, func(w store.Writer) error { return w.PutOperation(ctx, project, owner, op, digest, noon) })
	}
	if err := put(ada, []byte{1, 0, 2}); err != nil {
		t.Fatal(err)
	}
	wantFault(t, put(ada, []byte{9}), fault.Conflict, "operation_exists")
	if err := put(bob, nil); err != nil {
		t.Errorf("the same id for another contact, without a digest: %v", err)
	}
	read(t, s, func(r store.Reader) error {
		digest, ok, err := r.HasOperation(ctx, project, ada, op)
		wantEqual(t, "the first digest", digest, []byte{1, 0, 2})
		wantEqual(t, "recorded", ok, true)
		_, ok, noneErr := r.HasOperation(ctx, project, ada, ident.New())
		wantEqual(t, "another operation", ok, false)
		return do(func() error { return err }, func() error { return noneErr })
	})
}

func events(t *testing.T, s store.Store) {
	project := ident.New()
	full := contact.Event{
		ID: ident.New(), Contact: ident.New(), Name: "saved", Properties: newProfile().Traits,
		Page: "https://example.com/ä", At: noon, SentAt: noon - 1,
	}
	bare := contact.Event{ID: ident.New(), Contact: full.Contact, Name: "opened", At: noon}
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return w.PutEvent(ctx, project, full) },
			func() error { return w.PutEvent(ctx, project, bare) },
		)
	})
	second := full
	second.Name = "forged"
	err := s.Write(ctx, func(w store.Writer) error { return w.PutEvent(ctx, project, second) })
	wantFault(t, err, fault.Conflict, "event_exists")

	read(t, s, func(r store.Reader) error {
		got, err := r.Event(ctx, project, full.Contact, full.ID)
		wantEqual(t, "event", got, full)
		gotBare, bareErr := r.Event(ctx, project, bare.Contact, bare.ID)
		wantEqual(t, "event without properties", gotBare, bare)
		_, none := r.Event(ctx, project, ident.New(), full.ID)
		wantFault(t, none, fault.NotFound, "event_not_found")
		return do(func() error { return err }, func() error { return bareErr })
	})
}

// eventList also crosses the page that an engine may read at a time.
func eventList(t *testing.T, s store.Store) {
	project, owner := ident.New(), ident.New()
	want := map[ident.ID]contact.Event{}
	write(t, s, func(w store.Writer) error {
		for i := range 1100 {
			e := contact.Event{ID: ident.New(), Contact: owner, Name: "saved", Properties: newProfile().Traits, At: noon + contact.Micros(i)}
			if i%10 == 0 {
				e.Properties = nil
			}
			want[e.ID] = e
			if err := w.PutEvent(ctx, project, e); err != nil {
				return err
			}
		}
		return do(
			func() error {
				return w.PutEvent(ctx, project, contact.Event{ID: ident.New(), Contact: owner, Name: "Saved"})
			},
			func() error {
				return w.PutEvent(ctx, project, contact.Event{ID: ident.New(), Contact: ident.New(), Name: "saved"})
			},
			func() error {
				return w.PutEvent(ctx, ident.New(), contact.Event{ID: ident.New(), Contact: owner, Name: "saved"})
			},
		)
	})
	read(t, s, func(r store.Reader) error {
		last := ident.None
		for e, err := range r.Events(ctx, project, owner, "saved") {
			if err != nil {
				return err
			}
			wantEqual(t, "event", e, want[e.ID])
			if bytes.Compare(e.ID[:], last[:]) <= 0 {
				t.Errorf("event %v is out of order", e.ID)
			}
			delete(want, e.ID)
			last = e.ID
		}
		wantEqual(t, "not listed", len(want), 0)
		return nil
	})
}

func sessions(t *testing.T, s store.Store) {
	project, owner := ident.New(), ident.New()
	at := func(owner ident.ID, moment contact.Micros) contact.Session {
		return contact.Session{Contact: owner, At: moment, Page: "https://example.com/ä", Locale: "de-AT", Device: "mobile", Country: "AT"}
	}
	first, second, third := at(owner, noon), at(owner, noon+1), contact.Session{Contact: owner, At: noon + minute}
	again := second
	again.Page = "https://example.com/forged"
	write(t, s, func(w store.Writer) error {
		for _, one := range []contact.Session{third, second, first, again, at(ident.New(), noon)} {
			if err := w.PutSession(ctx, project, one); err != nil {
				return err
			}
		}
		return w.PutSession(ctx, ident.New(), at(owner, noon+2))
	})
	for _, c := range []struct {
		rule  string
		since contact.Micros
		want  []contact.Session
	}{
		{"all, oldest first, the second of one moment left out", 0, []contact.Session{first, second, third}},
		{"the moment itself is in it", noon + 1, []contact.Session{second, third}},
		{"after the last", noon + minute + 1, nil},
	} {
		read(t, s, func(r store.Reader) error {
			got, err := r.Sessions(ctx, project, owner, c.since)
			wantEqual(t, c.rule, got, c.want)
			return err
		})
	}
}

func responses(t *testing.T, s store.Store) {
	project := ident.New()
	full := newResponse(ident.New(), ident.New(), noon)
	view := response.Response{ID: ident.New(), Contact: full.Contact, Survey: full.Survey, Channel: "page", FirstShown: noon, LastShown: noon}
	later := full
	later.Seq, later.LastShown, later.Shows = 9, noon+minute, 2
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return w.PutResponse(ctx, project, full) },
			func() error { return w.PutResponse(ctx, project, view) },
			func() error { return w.PutResponse(ctx, project, later) },
		)
	})
	read(t, s, func(r store.Reader) error {
		got, err := r.Response(ctx, project, full.Contact, full.ID)
		wantEqual(t, "response", got, later)
		gotView, viewErr := r.Response(ctx, project, view.Contact, view.ID)
		wantEqual(t, "view", gotView, view)
		_, none := r.Response(ctx, project, ident.New(), full.ID)
		wantFault(t, none, fault.NotFound, "response_not_found")
		return do(func() error { return err }, func() error { return viewErr })
	})
}

func lastResponse(t *testing.T, s store.Store) {
	project, owner, about := ident.New(), ident.New(), ident.New()
	older, newer := newResponse(owner, about, noon), newResponse(owner, about, noon+1)
	page := newResponse(owner, about, noon+2)
	page.Channel = "page"
	other := newResponse(owner, ident.New(), noon+3)
	stranger := newResponse(ident.New(), about, noon+4)
	write(t, s, func(w store.Writer) error {
		for _, v := range []response.Response{newer, older, page, other, stranger} {
			if err := w.PutResponse(ctx, project, v); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, s, func(r store.Reader) error {
		got, err := r.LastResponse(ctx, project, owner, about, "widget")
		wantEqual(t, "last in the widget", got.ID, newer.ID)
		onPage, pageErr := r.LastResponse(ctx, project, owner, about, "page")
		wantEqual(t, "last on the page", onPage.ID, page.ID)
		_, none := r.LastResponse(ctx, project, owner, about, "embed")
		wantFault(t, none, fault.NotFound, "response_not_found")
		return do(func() error { return err }, func() error { return pageErr })
	})
}

func responseList(t *testing.T, s store.Store) {
	project, ada, bob, nps, csat := ident.New(), ident.New(), ident.New(), ident.New(), ident.New()
	first := newResponse(ada, nps, noon)
	view := newResponse(ada, csat, noon+1)
	view.Answers = nil
	twinA, twinB := newResponse(bob, nps, noon+2), newResponse(ada, csat, noon+2)
	if twinB.ID.String() < twinA.ID.String() {
		twinA.ID, twinB.ID = twinB.ID, twinA.ID
	}
	write(t, s, func(w store.Writer) error {
		for _, v := range []response.Response{twinB, first, view, twinA} {
			if err := w.PutResponse(ctx, project, v); err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range []struct {
		rule   string
		filter store.ResponseFilter
		want   []response.Response
	}{
		{"no filter gives all; equal moments go by id", store.ResponseFilter{}, []response.Response{twinA, twinB, view, first}},
		{"of a survey", store.ResponseFilter{Survey: nps}, []response.Response{twinA, first}},
		{"of a contact", store.ResponseFilter{Contact: ada}, []response.Response{twinB, view, first}},
		{"of both", store.ResponseFilter{Contact: ada, Survey: csat}, []response.Response{twinB, view}},
		{"answered ones", store.ResponseFilter{Contact: ada, Answered: true}, []response.Response{twinB, first}},
		{"a limit takes the first", store.ResponseFilter{Limit: 3}, []response.Response{twinA, twinB, view}},
		{"an unknown survey has none", store.ResponseFilter{Survey: ident.New()}, nil},
	} {
		read(t, s, func(r store.Reader) error {
			var got []response.Response
			for v, err := range r.Responses(ctx, project, c.filter) {
				if err != nil {
					return err
				}
				got = append(got, v)
			}
			wantEqual(t, c.rule, got, c.want)
			return nil
		})
	}
}

func responseStream(t *testing.T, s store.Store) {
	const n = 1000 // in 10 moments, so that pages end between equal ones
	project, about := ident.New(), ident.New()
	write(t, s, func(w store.Writer) error {
		for i := range n {
			if err := w.PutResponse(ctx, project, newResponse(ident.New(), about, noon+contact.Micros(i%10))); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, s, func(r store.Reader) error {
		seen := map[ident.ID]bool{}
		last := response.Response{LastShown: 1 << 62}
		for v, err := range r.Responses(ctx, project, store.ResponseFilter{}) {
			if err != nil {
				return err
			}
			if v.LastShown > last.LastShown || (v.LastShown == last.LastShown && v.ID.String() <= last.ID.String()) {
				t.Fatalf("after %s at %d came %s at %d", last.ID, last.LastShown, v.ID, v.LastShown)
			}
			if len(seen)%100 == 0 {
				if inner := countResponses(t, r, project, store.ResponseFilter{Contact: v.Contact}); inner != 1 {
					t.Fatalf("a list inside a list gave %d, want 1", inner)
				}
			}
			seen[v.ID], last = true, v
		}
		wantEqual(t, "number of responses", len(seen), n)
		for range r.Responses(ctx, project, store.ResponseFilter{}) {
			break // leaving early leaves nothing open
		}
		wantEqual(t, "number with a limit", countResponses(t, r, project, store.ResponseFilter{Limit: 777}), 777)
		return nil
	})
}

func countResponses(t *testing.T, r store.Reader, project ident.ID, f store.ResponseFilter) (n int) {
	t.Helper()
	for _, err := range r.Responses(ctx, project, f) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func counters(t *testing.T, s store.Store) {
	project, about := ident.New(), ident.New()
	views, all := store.Counter{Survey: about, What: "views"}, store.Counter{What: "views"}
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return w.AddCount(ctx, project, views, noon, 2) },
			func() error { return w.AddCount(ctx, project, views, noon, 3) },
			func() error { return w.AddCount(ctx, project, views, noon+minute, 10) },
			func() error { return w.AddCount(ctx, project, views, noon+2*minute, -1) },
			func() error { return w.AddCount(ctx, project, all, noon, 100) },
		)
	})
	for _, c := range []struct {
		rule    string
		counter store.Counter
		since   contact.Micros
		want    int
	}{
		{"from the start of a bucket on", views, noon, 14},
		{"a bucket that started before is left out", views, noon + 1, 9},
		{"of all time", views, 0, 14},
		{"after the last", views, noon + 3*minute, 0},
		{"over all surveys is a counter of its own", all, 0, 100},
		{"another thing counted", store.Counter{Survey: about, What: "responses"}, 0, 0},
	} {
		read(t, s, func(r store.Reader) error {
			got, err := r.CountSince(ctx, project, c.counter, c.since)
			wantEqual(t, c.rule, got, c.want)
			return err
		})
	}
}

func newOutboxRow(project ident.ID, created, due contact.Micros) store.OutboxRow {
	return store.OutboxRow{
		ID: ident.New(), Project: project, Contact: ident.New(), Topic: "response_completed", Subject: ident.New(),
		Body: []byte(`{"a":"ä"}`), Created: created, Due: due,
	}
}

func outbox(t *testing.T, s store.Store) {
	first, second, future := newOutboxRow(ident.New(), noon, noon), newOutboxRow(ident.New(), noon, noon+1), newOutboxRow(ident.New(), noon, noon+minute)
	write(t, s, func(w store.Writer) error {
		for _, o := range []store.OutboxRow{future, second, first} {
			if err := w.PutOutbox(ctx, o); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, s, func(r store.Reader) error {
		due, err := r.Outbox(ctx, noon+second.Due-first.Due, 10)
		wantEqual(t, "due rows of all projects", due, []store.OutboxRow{first, second})
		one, oneErr := r.Outbox(ctx, noon+minute, 1)
		wantEqual(t, "with a limit", one, []store.OutboxRow{first})
		return do(func() error { return err }, func() error { return oneErr })
	})
	first.Due = noon + 2*minute
	write(t, s, func(w store.Writer) error { return w.PutOutbox(ctx, first) })
	read(t, s, func(r store.Reader) error {
		due, err := r.Outbox(ctx, noon+2*minute, 10)
		wantEqual(t, "put again with a later time", due, []store.OutboxRow{second, future, first})
		return err
	})
}

func dropOutbox(t *testing.T, s store.Store) {
	project := ident.New()
	write(t, s, func(w store.Writer) error {
		for i := range 5 {
			if err := w.PutOutbox(ctx, newOutboxRow(project, noon+contact.Micros(i), noon)); err != nil {
				return err
			}
		}
		return nil
	})
	for _, step := range []struct {
		rule          string
		before        contact.Micros
		limit         int
		dropped, left int
	}{
		{"nothing is that old", noon, 10, 0, 5},
		{"the limit stops it", noon + 3, 2, 2, 3},
		{"the rest of those created before", noon + 3, 10, 1, 2},
		{"all", noon + minute, 10, 2, 0},
	} {
		write(t, s, func(w store.Writer) error {
			n, err := w.DropOutbox(ctx, step.before, step.limit)
			wantEqual(t, step.rule, n, step.dropped)
			return err
		})
		read(t, s, func(r store.Reader) error {
			n, err := r.Count(ctx, project)
			wantEqual(t, step.rule+": left", n.Outbox, step.left)
			return err
		})
	}
}

func counts(t *testing.T, s store.Store) {
	project, other := ident.New(), ident.New()
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return newBelongings(project).put(w, project) },
			func() error { return newBelongings(project).put(w, project) },
			func() error { return newBelongings(other).put(w, other) },
			func() error { return w.PutAccount(ctx, project, &contact.Account{ID: ident.New()}) },
		)
	})
	read(t, s, func(r store.Reader) error {
		n, err := r.Count(ctx, project)
		wantEqual(t, "counts", n, store.Counts{Contacts: 2, Accounts: 1, Sessions: 2, Events: 2, Responses: 2, Operations: 2, Outbox: 2})
		return err
	})
}
