package sqlite

import (
	"context"
	"fmt"
	"iter"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/store"
)

func (r *reader) Contact(_ context.Context, project, id ident.ID) (p *contact.Profile, err error) {
	key := contactKey{project, id}
	if p, gone, ok := look(r, r.s.profiles, &r.gaveProfiles, key); gone {
		return nil, missing("contact")
	} else if ok {
		return p, nil
	}
	ok, err := r.one("select profile from contact where project_id = ? and contact_id = ?", []any{project, id}, func(row *row) error {
		p, err = contact.DecodeProfile(row.blob())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("profile of contact %s: %w", id, err)
	}
	if !ok {
		return nil, missing("contact")
	}
	r.s.profiles.add(key, p, r.asOf)
	return p, nil
}

// contactPage is how many profiles are read at a time; they do not go into
// the cache, which is for those who are here now.
const contactPage = 200

func (r *reader) Contacts(ctx context.Context, project, after ident.ID) iter.Seq2[*contact.Profile, error] {
	return func(yield func(*contact.Profile, error) bool) {
		for after, more := after, true; more; {
			page, err := r.contactPage(project, after)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			for _, p := range page {
				if !yield(p, nil) {
					return
				}
				after = p.ID
			}
			more = len(page) == contactPage
		}
	}
}

func (r *reader) contactPage(project, after ident.ID) (page []*contact.Profile, err error) {
	query := "select profile from contact where project_id = ? and contact_id > ? order by contact_id limit ?"
	err = r.each(query, []any{project, after, contactPage}, func(row *row) error {
		p, err := contact.DecodeProfile(row.blob())
		page = append(page, p)
		return err
	})
	return page, err
}

func (r *reader) ContactByIdentity(_ context.Context, project ident.ID, kind contact.IdentityKind, value string) (id ident.ID, err error) {
	if kind == contact.ByEmail {
		return r.contactByEmail(project, value)
	}
	key := identityKey{project, kind, value}
	if id, gone, ok := look(r, r.s.people, &r.gavePeople, key); gone {
		return ident.None, missing("contact")
	} else if ok {
		return id, nil
	}
	ok, err := r.one("select contact_id from identity where project_id = ? and kind = ? and value = ?",
		[]any{project, string(kind), value}, func(row *row) error {
			id = row.id()
			return nil
		})
	if err = or(err, ok, "contact"); err == nil {
		r.s.people.add(key, id, r.asOf)
	}
	return id, err
}

// contactByEmail is not cached: the answer changes with whoever was seen last.
func (r *reader) contactByEmail(project ident.ID, email string) (id ident.ID, err error) {
	ok, err := r.one(`select i.contact_id from identity i
		left join contact c on c.project_id = i.project_id and c.contact_id = i.contact_id
		where i.project_id = ? and i.kind = ? and i.value = ?
		order by coalesce(c.last_seen, 0) desc, i.contact_id limit 1`,
		[]any{project, string(contact.ByEmail), email}, func(row *row) error {
			id = row.id()
			return nil
		})
	return id, or(err, ok, "contact")
}

func (r *reader) Account(_ context.Context, project, id ident.ID) (a *contact.Account, err error) {
	ok, err := r.one("select data from account where project_id = ? and account_id = ?", []any{project, id}, func(row *row) error {
		a, err = contact.DecodeAccount(row.blob())
		return err
	})
	return a, or(err, ok, "account")
}

func (r *reader) Traits(_ context.Context, project ident.ID) (all []store.TraitInfo, err error) {
	err = r.each("select owner, name, type, first_seen from trait where project_id = ? order by owner, name", []any{project},
		func(row *row) error {
			all = append(all, store.TraitInfo{Owner: row.text(), Name: row.text(), Type: contact.Type(row.text()), First: row.micros()})
			return nil
		})
	return all, err
}

func (w *writer) PutContact(_ context.Context, project ident.ID, p *contact.Profile) error {
	w.buf = p.AppendTo(w.buf[:0])
	if err := w.putOwned(`insert into contact (project_id, contact_id, profile, user_id, email, first_seen, last_seen)
			values (?, ?, ?, ?, ?, ?, ?)
		on conflict (project_id, contact_id) do update set profile = excluded.profile, user_id = excluded.user_id,
			email = excluded.email, first_seen = excluded.first_seen, last_seen = excluded.last_seen`,
		project, p.ID, w.buf, p.UserID, p.Email, p.FirstSeen, p.LastSeen); err != nil {
		return err
	}
	w.stageProfile(contactKey{project, p.ID}, p)
	return nil
}

func (w *writer) PutIdentity(_ context.Context, project ident.ID, kind contact.IdentityKind, value string, id ident.ID) error {
	sharer := []byte{}
	if kind == contact.ByEmail {
		sharer = id[:]
	}
	if err := w.putOwned(`insert into identity (project_id, kind, value, sharer, contact_id) values (?, ?, ?, ?, ?)
		on conflict (project_id, kind, value, sharer) do update set contact_id = excluded.contact_id`,
		project, string(kind), value, sharer, id); err != nil {
		return err
	}
	w.stagePerson(identityKey{project, kind, value}, id)
	return nil
}

func (w *writer) DropIdentity(_ context.Context, project ident.ID, kind contact.IdentityKind, value string, id ident.ID) error {
	if err := w.owned(); err != nil {
		return err
	}
	n, err := w.c.exec("delete from identity where project_id = ? and kind = ? and value = ? and contact_id = ?",
		project, string(kind), value, id)
	if err != nil {
		return outward(err)
	}
	if n > 0 {
		w.stagePerson(identityKey{project, kind, value}, ident.None)
	}
	return nil
}

func (w *writer) PutAccount(_ context.Context, project ident.ID, a *contact.Account) error {
	w.buf = a.AppendTo(w.buf[:0])
	return w.putOwned(`insert into account (project_id, account_id, data, last_seen) values (?, ?, ?, ?)
		on conflict (project_id, account_id) do update set data = excluded.data, last_seen = excluded.last_seen`,
		project, a.ID, w.buf, a.LastSeen)
}

func (w *writer) PutTrait(_ context.Context, project ident.ID, t store.TraitInfo) error {
	return w.put(`insert into trait (project_id, owner, name, type, first_seen) values (?, ?, ?, ?, ?)
		on conflict (project_id, owner, name) do update set type = excluded.type, first_seen = excluded.first_seen`,
		project, t.Owner, t.Name, string(t.Type), t.First)
}
