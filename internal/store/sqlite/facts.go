package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/store"
)

func (r *reader) HasOperation(_ context.Context, project, contact, op ident.ID) (digest []byte, ok bool, err error) {
	ok, err = r.one("select digest from operation where project_id = ? and contact_id = ? and operation_id = ?",
		[]any{project, contact, op}, func(row *row) error {
			digest = row.blob()
			return nil
		})
	return digest, ok, err
}

func (w *writer) PutOperation(_ context.Context, project, contact, op ident.ID, digest []byte, at contact.Micros) error {
	if err := w.owned(); err != nil {
		return err
	}
	if digest == nil {
		digest = []byte{}
	}
	_, err := w.c.exec("insert into operation (project_id, contact_id, operation_id, digest, at) values (?, ?, ?, ?, ?)",
		project, contact, op, digest, at)
	return taken(err, "operation_exists", "This operation was applied already.")
}

func (r *reader) Event(_ context.Context, project, owner, id ident.ID) (e contact.Event, err error) {
	ok, err := r.one("select event_id, name, properties, page, at, sent_at from event where project_id = ? and contact_id = ? and event_id = ?",
		[]any{project, owner, id}, func(row *row) error {
			e, err = scanEvent(row, owner)
			return err
		})
	return e, or(err, ok, "event")
}

// eventPage is how many events are read at a time.
const eventPage = 500

func (r *reader) Events(ctx context.Context, project, owner ident.ID, name string) iter.Seq2[contact.Event, error] {
	return func(yield func(contact.Event, error) bool) {
		for after, more := ident.None, true; more; {
			page, err := r.eventPage(project, owner, after, name)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(contact.Event{}, err)
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
				after = e.ID
			}
			more = len(page) == eventPage
		}
	}
}

func (r *reader) eventPage(project, owner, after ident.ID, name string) (page []contact.Event, err error) {
	err = r.each(`select event_id, name, properties, page, at, sent_at from event
		where project_id = ? and contact_id = ? and event_id > ? and name = ? order by event_id limit ?`,
		[]any{project, owner, after, name, eventPage}, func(row *row) error {
			e, err := scanEvent(row, owner)
			page = append(page, e)
			return err
		})
	return page, err
}

func scanEvent(row *row, owner ident.ID) (contact.Event, error) {
	e := contact.Event{ID: row.id(), Contact: owner, Name: row.text()}
	properties := row.text()
	e.Page, e.At, e.SentAt = row.text(), row.micros(), row.micros()
	if properties == "" {
		return e, nil
	}
	if err := json.Unmarshal([]byte(properties), &e.Properties); err != nil {
		return e, fmt.Errorf("properties of event %s: %w", e.ID, err)
	}
	return e, nil
}

func (w *writer) PutEvent(_ context.Context, project ident.ID, e contact.Event) error {
	if err := w.owned(); err != nil {
		return err
	}
	properties, err := optionalJSON(e.Properties, len(e.Properties))
	if err != nil {
		return fmt.Errorf("properties of event %s: %w", e.ID, err)
	}
	_, err = w.c.exec("insert into event (project_id, contact_id, event_id, name, properties, page, at, sent_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
		project, e.Contact, e.ID, e.Name, properties, e.Page, e.At, e.SentAt)
	return taken(err, "event_exists", "This event is stored already.")
}

func (r *reader) Sessions(_ context.Context, project, owner ident.ID, since contact.Micros) (all []contact.Session, err error) {
	err = r.each("select at, page, locale, device, country from session where project_id = ? and contact_id = ? and at >= ? order by at",
		[]any{project, owner, since}, func(row *row) error {
			all = append(all, scanSession(row, owner))
			return nil
		})
	return all, err
}

func scanSession(row *row, owner ident.ID) contact.Session {
	return contact.Session{
		Contact: owner, At: row.micros(), Page: row.text(), Locale: row.text(), Device: row.text(), Country: row.text(),
	}
}

func (w *writer) PutSession(_ context.Context, project ident.ID, s contact.Session) error {
	return w.putOwned(`insert into session (project_id, contact_id, at, page, locale, device, country) values (?, ?, ?, ?, ?, ?, ?)
		on conflict (project_id, contact_id, at) do nothing`,
		project, s.Contact, s.At, s.Page, s.Locale, s.Device, s.Country)
}

func (r *reader) CountSince(_ context.Context, project ident.ID, c store.Counter, since contact.Micros) (n int, err error) {
	_, err = r.one("select coalesce(sum(n), 0) from counter where project_id = ? and survey_id = ? and what = ? and bucket >= ?",
		[]any{project, c.Survey, c.What, since}, func(row *row) error {
			n = row.int()
			return nil
		})
	return n, err
}

func (w *writer) AddCount(_ context.Context, project ident.ID, c store.Counter, bucket contact.Micros, n int) error {
	return w.putOwned(`insert into counter (project_id, survey_id, what, bucket, n) values (?, ?, ?, ?, ?)
		on conflict (project_id, survey_id, what, bucket) do update set n = counter.n + excluded.n`,
		project, c.Survey, c.What, bucket, n)
}

func (r *reader) Outbox(_ context.Context, now contact.Micros, limit int) (due []store.OutboxRow, err error) {
	err = r.each(`select outbox_id, project_id, contact_id, topic, subject_id, body, created_at, due_at from outbox
		where due_at <= ? order by due_at, created_at, outbox_id limit ?`, []any{now, limit}, func(row *row) error {
		due = append(due, store.OutboxRow{
			ID: row.id(), Project: row.id(), Contact: row.id(), Topic: row.text(), Subject: row.id(),
			Body: json.RawMessage(row.text()), Created: row.micros(), Due: row.micros(),
		})
		return nil
	})
	return due, err
}

func (w *writer) PutOutbox(_ context.Context, o store.OutboxRow) error {
	return w.putOwned(`insert into outbox (outbox_id, project_id, contact_id, topic, subject_id, body, created_at, due_at)
			values (?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (project_id, contact_id, outbox_id) do update set topic = excluded.topic, subject_id = excluded.subject_id,
			body = excluded.body, created_at = excluded.created_at, due_at = excluded.due_at`,
		o.ID, o.Project, o.Contact, o.Topic, o.Subject, o.Body, o.Created, o.Due)
}

func (w *writer) DropOutbox(_ context.Context, before contact.Micros, limit int) (int, error) {
	if err := w.owned(); err != nil {
		return 0, err
	}
	n, err := w.c.exec(`delete from outbox where (project_id, contact_id, outbox_id) in (
		select project_id, contact_id, outbox_id from outbox where created_at < ? order by created_at limit ?)`, before, limit)
	return int(n), outward(err)
}

func (r *reader) Count(_ context.Context, project ident.ID) (n store.Counts, err error) {
	for _, t := range []struct {
		table string
		n     *int
	}{
		{"contact", &n.Contacts}, {"account", &n.Accounts}, {"session", &n.Sessions}, {"event", &n.Events},
		{"response", &n.Responses}, {"operation", &n.Operations}, {"outbox", &n.Outbox},
	} {
		if _, err := r.one("select count(*) from "+t.table+" where project_id = ?", []any{project}, func(row *row) error {
			*t.n = row.int()
			return nil
		}); err != nil {
			return n, err
		}
	}
	return n, nil
}

// optionalJSON stores nothing for an empty collection, and text as it came:
// escaping < and > would be for pages, which this is not.
func optionalJSON(v any, size int) (string, error) {
	if size == 0 {
		return "", nil
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}
