package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"earshot/internal/ident"
	"earshot/internal/store"
	"earshot/internal/survey"
)

const selectSurvey = `select survey_id, key, code, name, status, draft, version, published_at, first_at, published, created_at, updated_at
	from survey `

func scanSurvey(row *row) (s survey.Survey, err error) {
	s = survey.Survey{ID: row.id(), Key: row.text(), Code: row.text(), Name: row.text(), Status: survey.Status(row.text())}
	draft := row.text()
	p := survey.Publication{Version: row.int(), PublishedAt: row.time(), FirstAt: row.time()}
	published := row.text()
	s.CreatedAt, s.UpdatedAt = row.time(), row.time()
	if s.Draft, err = decodeDefinition(draft); err != nil {
		return s, fmt.Errorf("draft of survey %s: %w", s.ID, err)
	}
	if p.Version == 0 {
		return s, nil
	}
	if p.Definition, err = decodeDefinition(published); err != nil {
		return s, fmt.Errorf("publication of survey %s: %w", s.ID, err)
	}
	s.Publication = &p
	return s, nil
}

func decodeDefinition(text string) (d survey.Definition, err error) {
	err = json.Unmarshal([]byte(text), &d)
	return d, err
}

func (r *reader) Surveys(_ context.Context, project ident.ID) (all []survey.Survey, err error) {
	err = r.each(selectSurvey+"where project_id = ? order by key", []any{project}, func(row *row) error {
		s, err := scanSurvey(row)
		all = append(all, s)
		return err
	})
	return all, err
}

func (r *reader) Survey(_ context.Context, project, id ident.ID) (survey.Survey, error) {
	return r.survey("where project_id = ? and survey_id = ?", project, id)
}

func (r *reader) SurveyByKey(_ context.Context, project ident.ID, key string) (survey.Survey, error) {
	return r.survey("where project_id = ? and key = ?", project, key)
}

func (r *reader) survey(where string, args ...any) (s survey.Survey, err error) {
	ok, err := r.one(selectSurvey+where, args, func(row *row) error {
		s, err = scanSurvey(row)
		return err
	})
	return s, or(err, ok, "survey")
}

func (r *reader) SurveyByCode(ctx context.Context, code string) (project ident.ID, s survey.Survey, err error) {
	ok, err := r.one("select project_id from survey where code = ? and code <> ''", []any{code}, func(row *row) error {
		project = row.id()
		return nil
	})
	if err = or(err, ok, "survey"); err != nil {
		return ident.None, s, err
	}
	s, err = r.survey("where code = ? and code <> ''", code)
	return project, s, err
}

func (r *reader) Versions(_ context.Context, project, id ident.ID) (all []store.SurveyVersion, err error) {
	err = r.each(`select version, at, made_by, definition from survey_version
		where project_id = ? and survey_id = ? order by version desc`, []any{project, id}, func(row *row) (err error) {
		v := store.SurveyVersion{Version: row.int(), At: row.time(), By: row.text()}
		if v.Definition, err = decodeDefinition(row.text()); err != nil {
			return fmt.Errorf("version %d of survey %s: %w", v.Version, id, err)
		}
		all = append(all, v)
		return nil
	})
	return all, err
}

func (w *writer) PutSurvey(_ context.Context, project ident.ID, s survey.Survey) error {
	draft, err := json.Marshal(s.Draft)
	if err != nil {
		return fmt.Errorf("draft of survey %s: %w", s.ID, err)
	}
	var p survey.Publication
	var published []byte
	if s.Publication != nil {
		p = *s.Publication
		if published, err = json.Marshal(p.Definition); err != nil {
			return fmt.Errorf("publication of survey %s: %w", s.ID, err)
		}
	}
	_, err = w.c.exec(`insert into survey (project_id, survey_id, key, code, name, status, draft, version, published_at, first_at,
			published, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (project_id, survey_id) do update set key = excluded.key, code = excluded.code, name = excluded.name,
			status = excluded.status, draft = excluded.draft, version = excluded.version, published_at = excluded.published_at,
			first_at = excluded.first_at, published = excluded.published, created_at = excluded.created_at, updated_at = excluded.updated_at`,
		project, s.ID, s.Key, s.Code, s.Name, string(s.Status), string(draft), p.Version, p.PublishedAt, p.FirstAt,
		string(published), s.CreatedAt, s.UpdatedAt)
	if err != nil {
		return taken(err, "survey_key_taken", "Another survey has this key or code.")
	}
	if err := w.put("update project set revision = revision + 1 where project_id = ?", project); err != nil {
		return err
	}
	return w.growConfig()
}

func (w *writer) PutVersion(_ context.Context, project, id ident.ID, v store.SurveyVersion) error {
	definition, err := json.Marshal(v.Definition)
	if err != nil {
		return fmt.Errorf("version %d of survey %s: %w", v.Version, id, err)
	}
	return w.put(`insert into survey_version (project_id, survey_id, version, at, made_by, definition) values (?, ?, ?, ?, ?, ?)
		on conflict do nothing`, project, id, v.Version, v.At, v.By, string(definition))
}
