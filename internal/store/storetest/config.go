package storetest

import (
	"encoding/json"
	"testing"

	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
	"earshot/internal/survey"
	"earshot/internal/team"
)

func organizations(t *testing.T, s store.Store) {
	older := team.Organization{ID: ident.New(), Name: "Zoo", CreatedAt: noon.Time()}
	newer := team.Organization{ID: ident.New(), Name: "Bakery", CreatedAt: (noon + 1).Time()}
	renamed := newer
	renamed.Name = "Café"
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return w.PutOrganization(ctx, newer) },
			func() error { return w.PutOrganization(ctx, older) },
			func() error { return w.PutOrganization(ctx, renamed) },
		)
	})
	read(t, s, func(r store.Reader) error {
		got, err := r.Organizations(ctx)
		wantEqual(t, "organizations", got, []team.Organization{older, renamed})
		return err
	})
}

func members(t *testing.T, s store.Store) {
	ada := team.Member{
		ID: ident.New(), Organization: ident.New(), Email: "ada@example.com", Role: team.Admin,
		PasswordHash: "$argon2id$...", CreatedAt: noon.Time(),
	}
	write(t, s, func(w store.Writer) error { return w.PutMember(ctx, ada) })

	impostor := ada
	impostor.ID = ident.New()
	err := s.Write(ctx, func(w store.Writer) error { return w.PutMember(ctx, impostor) })
	wantFault(t, err, fault.Conflict, "member_exists")

	ada.PasswordHash = "$argon2id$new"
	write(t, s, func(w store.Writer) error { return w.PutMember(ctx, ada) })
	read(t, s, func(r store.Reader) error {
		got, err := r.MemberByEmail(ctx, "ada@example.com")
		wantEqual(t, "member", got, ada)
		_, none := r.MemberByEmail(ctx, "eve@example.com")
		wantFault(t, none, fault.NotFound, "member_not_found")
		return err
	})
}

func projects(t *testing.T, s store.Store) {
	b, a := newProject("Bravo"), newProject("Alpha")
	b.Revision = 40 // what the caller says is not stored
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return w.PutProject(ctx, b) },
			func() error { return w.PutProject(ctx, a) },
			func() error { return w.PutProject(ctx, b) },
		)
	})
	a.Revision, b.Revision = 1, 2
	read(t, s, func(r store.Reader) error {
		all, err := r.Projects(ctx)
		wantEqual(t, "projects", all, []team.Project{a, b})
		one, oneErr := r.Project(ctx, b.ID)
		wantEqual(t, "project", one, b)
		_, none := r.Project(ctx, ident.New())
		wantFault(t, none, fault.NotFound, "project_not_found")
		return do(func() error { return err }, func() error { return oneErr })
	})
}

func keys(t *testing.T, s store.Store) {
	p := newProject("Alpha")
	key := team.Key{ID: ident.New(), Project: p.ID, Name: "CI", Hash: []byte{0, 1, 2, 255}, CreatedAt: noon.Time()}
	write(t, s, func(w store.Writer) error {
		return do(func() error { return w.PutProject(ctx, p) }, func() error { return w.PutKey(ctx, key) })
	})
	twin := key
	twin.ID = ident.New()
	err := s.Write(ctx, func(w store.Writer) error { return w.PutKey(ctx, twin) })
	wantFault(t, err, fault.Conflict, "key_exists")
	read(t, s, func(r store.Reader) error {
		got, err := r.ProjectByKey(ctx, key.Hash)
		wantEqual(t, "project of key", got.ID, p.ID)
		_, none := r.ProjectByKey(ctx, []byte{0, 1, 2})
		wantFault(t, none, fault.NotFound, "key_not_found")
		return err
	})
}

func configRevision(t *testing.T, s store.Store) {
	p, sv := newProject("Alpha"), newSurvey("nps", "")
	last := revision(t, s)
	for _, step := range []struct {
		rule  string
		put   func(w store.Writer) error
		grows bool
	}{
		{"a new project grows it", func(w store.Writer) error { return w.PutProject(ctx, p) }, true},
		{"a new survey grows it", func(w store.Writer) error { return w.PutSurvey(ctx, p.ID, sv) }, true},
		{"a changed survey grows it", func(w store.Writer) error { return w.PutSurvey(ctx, p.ID, sv) }, true},
		{"a changed project grows it", func(w store.Writer) error { return w.PutProject(ctx, p) }, true},
		{"a contact does not", func(w store.Writer) error { return w.PutContact(ctx, p.ID, newProfile()) }, false},
	} {
		write(t, s, step.put)
		now := revision(t, s)
		if (now > last) != step.grows {
			t.Errorf("%s: went from %d to %d", step.rule, last, now)
		}
		last = now
	}
	read(t, s, func(r store.Reader) error {
		got, err := r.Project(ctx, p.ID)
		wantEqual(t, "revision of the project after two puts of it and two of its survey", got.Revision, int64(4))
		return err
	})
}

func revision(t *testing.T, s store.Store) (n int64) {
	t.Helper()
	read(t, s, func(r store.Reader) (err error) {
		n, err = r.ConfigRevision(ctx)
		return err
	})
	return n
}

func surveys(t *testing.T, s store.Store) {
	project, zulu, alpha := ident.New(), newSurvey("zulu", "abcdef-ghijkl"), newSurvey("alpha", "")
	alpha.Publication, alpha.Status = nil, survey.Draft
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return w.PutSurvey(ctx, project, zulu) },
			func() error { return w.PutSurvey(ctx, project, alpha) },
		)
	})
	read(t, s, func(r store.Reader) error {
		all, err := r.Surveys(ctx, project)
		wantEqual(t, "keys in order", surveyKeysOf(all), []string{"alpha", "zulu"})
		for _, find := range map[string]func() (survey.Survey, error){
			"by id":   func() (survey.Survey, error) { return r.Survey(ctx, project, zulu.ID) },
			"by key":  func() (survey.Survey, error) { return r.SurveyByKey(ctx, project, "zulu") },
			"by code": func() (survey.Survey, error) { _, sv, err := r.SurveyByCode(ctx, "abcdef-ghijkl"); return sv, err },
		} {
			got, err := find()
			if err != nil {
				return err
			}
			wantSurvey(t, got, zulu)
		}
		draft, draftErr := r.Survey(ctx, project, alpha.ID)
		wantSurvey(t, draft, alpha)
		of, _, codeErr := r.SurveyByCode(ctx, "abcdef-ghijkl")
		wantEqual(t, "project of the code", of, project)

		_, none := r.Survey(ctx, project, ident.New())
		wantFault(t, none, fault.NotFound, "survey_not_found")
		_, none = r.SurveyByKey(ctx, project, "Zulu")
		wantFault(t, none, fault.NotFound, "survey_not_found")
		_, _, none = r.SurveyByCode(ctx, "")
		wantFault(t, none, fault.NotFound, "survey_not_found")
		return do(func() error { return err }, func() error { return draftErr }, func() error { return codeErr })
	})
}

// wantSurvey compares definitions by what they say in JSON: nothing and an
// empty list say the same.
func wantSurvey(t *testing.T, got, want survey.Survey) {
	t.Helper()
	wantJSON(t, "draft", got.Draft, want.Draft)
	got.Draft, want.Draft = survey.Definition{}, survey.Definition{}
	if got.Publication != nil && want.Publication != nil {
		g, w := *got.Publication, *want.Publication
		wantJSON(t, "publication", g.Definition, w.Definition)
		g.Definition, w.Definition = survey.Definition{}, survey.Definition{}
		got.Publication, want.Publication = &g, &w
	}
	wantEqual(t, "survey", got, want)
}

func wantJSON(t *testing.T, what string, got, want any) {
	t.Helper()
	g, gErr := json.Marshal(got)
	w, wErr := json.Marshal(want)
	if gErr != nil || wErr != nil || string(g) != string(w) {
		t.Errorf("%s:\n got %s %v\nwant %s %v", what, g, gErr, w, wErr)
	}
}

func surveyKeysOf(all []survey.Survey) (keys []string) {
	for _, sv := range all {
		keys = append(keys, sv.Key)
	}
	return keys
}

func surveyKeys(t *testing.T, s store.Store) {
	project, other := ident.New(), ident.New()
	first := newSurvey("nps", "abcdef-ghijkl")
	write(t, s, func(w store.Writer) error { return w.PutSurvey(ctx, project, first) })
	for _, c := range []struct {
		rule    string
		project ident.ID
		survey  survey.Survey
		taken   bool
	}{
		{"the same survey keeps its key and code", project, first, false},
		{"another survey may not have the key", project, newSurvey("nps", ""), true},
		{"another survey may not have the code", project, newSurvey("csat", "abcdef-ghijkl"), true},
		{"nor one of another project", other, newSurvey("csat", "abcdef-ghijkl"), true},
		{"another project may have the key", other, newSurvey("nps", ""), false},
		{"having no code is nobody's", other, newSurvey("ces", ""), false},
	} {
		err := s.Write(ctx, func(w store.Writer) error { return w.PutSurvey(ctx, c.project, c.survey) })
		switch {
		case c.taken:
			wantFault(t, err, fault.Conflict, "survey_key_taken")
		case err != nil:
			t.Errorf("%s: %v", c.rule, err)
		}
	}
}

func versions(t *testing.T, s store.Store) {
	project, id := ident.New(), ident.New()
	one := store.SurveyVersion{Version: 1, At: noon.Time(), By: "Ada", Definition: survey.Definition{Language: "en"}}
	two := store.SurveyVersion{Version: 2, At: (noon + 1).Time(), By: "Bob", Definition: survey.Definition{Language: "de"}}
	again := one
	again.By = "Eve"
	write(t, s, func(w store.Writer) error {
		return do(
			func() error { return w.PutVersion(ctx, project, id, one) },
			func() error { return w.PutVersion(ctx, project, id, two) },
			func() error { return w.PutVersion(ctx, project, id, again) },
		)
	})
	read(t, s, func(r store.Reader) error {
		got, err := r.Versions(ctx, project, id)
		wantJSON(t, "versions, newest first", got, []store.SurveyVersion{two, one})
		return err
	})
}
