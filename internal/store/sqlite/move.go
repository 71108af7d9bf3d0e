package sqlite

import (
	"context"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

// Tables whose rows move from contact to contact. Where both have a row under
// one id, the one that is there stays: it is the same fact, sent twice.
var owned = []string{"operation", "session", "event", "response", "outbox"}

func (w *writer) MoveContact(_ context.Context, project, from, into ident.ID) error {
	if err := w.owned(); err != nil || from == into {
		return err
	}
	if err := w.moveIdentities(project, from, into); err != nil {
		return err
	}
	for _, table := range owned {
		if err := w.put("update or ignore "+table+" set contact_id = ? where project_id = ? and contact_id = ?", into, project, from); err != nil {
			return err
		}
		if err := w.put("delete from "+table+" where project_id = ? and contact_id = ?", project, from); err != nil {
			return err
		}
	}
	if err := w.put("delete from contact where project_id = ? and contact_id = ?", project, from); err != nil {
		return err
	}
	w.stageProfile(contactKey{project, from}, nil)
	return nil
}

func (w *writer) moveIdentities(project, from, into ident.ID) error {
	var moved []identityKey
	if err := w.each("select kind, value from identity where project_id = ? and contact_id = ?", []any{project, from}, func(row *row) error {
		moved = append(moved, identityKey{project, contact.IdentityKind(row.text()), row.text()})
		return nil
	}); err != nil {
		return outward(err)
	}
	if err := w.put(`update or replace identity set contact_id = ?, sharer = case sharer when x'' then sharer else ? end
		where project_id = ? and contact_id = ?`, into, into, project, from); err != nil {
		return err
	}
	for _, k := range moved {
		w.stagePerson(k, into)
	}
	return nil
}
