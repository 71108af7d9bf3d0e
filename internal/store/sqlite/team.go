package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"earshot/internal/ident"
	"earshot/internal/team"
)

func (r *reader) Organizations(context.Context) (all []team.Organization, err error) {
	err = r.each("select organization_id, name, created_at from organization order by created_at, organization_id", nil,
		func(row *row) error {
			all = append(all, team.Organization{ID: row.id(), Name: row.text(), CreatedAt: row.time()})
			return nil
		})
	return all, err
}

func (r *reader) MemberByEmail(_ context.Context, email string) (m team.Member, err error) {
	ok, err := r.one("select member_id, organization_id, email, role, password_hash, created_at from member where email = ?",
		[]any{email}, func(row *row) error {
			m = team.Member{
				ID: row.id(), Organization: row.id(), Email: row.text(), Role: team.Role(row.text()),
				PasswordHash: row.text(), CreatedAt: row.time(),
			}
			return nil
		})
	return m, or(err, ok, "member")
}

const selectProject = "select p.project_id, p.organization_id, p.name, p.secret, p.settings, p.revision, p.created_at from project p "

func scanProject(row *row) (p team.Project, err error) {
	p = team.Project{ID: row.id(), Organization: row.id(), Name: row.text(), Secret: row.text()}
	settings := row.text()
	p.Revision, p.CreatedAt = row.int64(), row.time()
	if err := json.Unmarshal([]byte(settings), &p.Settings); err != nil {
		return p, fmt.Errorf("settings of project %s: %w", p.ID, err)
	}
	return p, nil
}

func (r *reader) Projects(context.Context) (all []team.Project, err error) {
	err = r.each(selectProject+"order by p.name, p.project_id", nil, func(row *row) error {
		p, err := scanProject(row)
		all = append(all, p)
		return err
	})
	return all, err
}

func (r *reader) Project(_ context.Context, id ident.ID) (p team.Project, err error) {
	ok, err := r.one(selectProject+"where p.project_id = ?", []any{id}, func(row *row) error {
		p, err = scanProject(row)
		return err
	})
	return p, or(err, ok, "project")
}

func (r *reader) ProjectByKey(_ context.Context, hash []byte) (p team.Project, err error) {
	ok, err := r.one(selectProject+"join project_key k on k.project_id = p.project_id where k.hash = ?", []any{hash},
		func(row *row) error {
			p, err = scanProject(row)
			return err
		})
	return p, or(err, ok, "key")
}

func (r *reader) ConfigRevision(context.Context) (n int64, err error) {
	_, err = r.one("select revision from config", nil, func(row *row) error {
		n = row.int64()
		return nil
	})
	return n, err
}

func (w *writer) PutOrganization(_ context.Context, o team.Organization) error {
	return w.put(`insert into organization (organization_id, name, created_at) values (?, ?, ?)
		on conflict (organization_id) do update set name = excluded.name, created_at = excluded.created_at`,
		o.ID, o.Name, o.CreatedAt)
}

func (w *writer) PutMember(_ context.Context, m team.Member) error {
	_, err := w.c.exec(`insert into member (member_id, organization_id, email, role, password_hash, created_at) values (?, ?, ?, ?, ?, ?)
		on conflict (member_id) do update set organization_id = excluded.organization_id, email = excluded.email,
			role = excluded.role, password_hash = excluded.password_hash, created_at = excluded.created_at`,
		m.ID, m.Organization, m.Email, string(m.Role), m.PasswordHash, m.CreatedAt)
	return taken(err, "member_exists", "Another member has this e-mail address.")
}

func (w *writer) PutProject(_ context.Context, p team.Project) error {
	settings, err := json.Marshal(p.Settings)
	if err != nil {
		return fmt.Errorf("settings of project %s: %w", p.ID, err)
	}
	if err := w.put(`insert into project (project_id, organization_id, name, secret, settings, revision, created_at) values (?, ?, ?, ?, ?, 1, ?)
		on conflict (project_id) do update set organization_id = excluded.organization_id, name = excluded.name,
			secret = excluded.secret, settings = excluded.settings, revision = project.revision + 1, created_at = excluded.created_at`,
		p.ID, p.Organization, p.Name, p.Secret, string(settings), p.CreatedAt); err != nil {
		return err
	}
	return w.growConfig()
}

// growConfig lets every process see that it must read projects and surveys again.
func (w *writer) growConfig() error {
	return w.put("update config set revision = revision + 1")
}

func (w *writer) PutKey(_ context.Context, k team.Key) error {
	_, err := w.c.exec(`insert into project_key (project_id, key_id, name, hash, created_at) values (?, ?, ?, ?, ?)
		on conflict (project_id, key_id) do update set name = excluded.name, hash = excluded.hash, created_at = excluded.created_at`,
		k.Project, k.ID, k.Name, k.Hash, k.CreatedAt)
	return taken(err, "key_exists", "Another key has this secret.")
}

// or turns "no row" into the fault for what was looked for.
func or(err error, found bool, what string) error {
	if err == nil && !found {
		return missing(what)
	}
	return err
}
