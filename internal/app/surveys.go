package app

import (
	"context"
	"crypto/rand"
	"fmt"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/store"
	"earshot/internal/survey"
	"earshot/internal/surveyfile"
	"earshot/internal/team"
)

// Surveys lists all surveys of a project, by key.
func (a *App) Surveys(ctx context.Context, project ident.ID) (all []survey.Survey, err error) {
	err = a.store.Read(ctx, func(r store.Reader) error {
		all, err = r.Surveys(ctx, project)
		return err
	})
	return all, err
}

// PlanFiles says what ApplyFiles would change.
func (a *App) PlanFiles(ctx context.Context, project ident.ID, files []surveyfile.File) (surveyfile.Plan, error) {
	all, err := a.Surveys(ctx, project)
	if err != nil {
		return surveyfile.Plan{}, err
	}
	return surveyfile.MakePlan(all, files)
}

// ApplyFiles puts survey files in place, all or none, and says what it did.
// Uuids, page codes and answers stay. By is who did it, for the change log.
func (a *App) ApplyFiles(ctx context.Context, project ident.ID, files []surveyfile.File, by string) (surveyfile.Plan, error) {
	var plan surveyfile.Plan
	err := a.store.Write(ctx, func(w store.Writer) error {
		before, err := w.Surveys(ctx, project)
		if err != nil {
			return err
		}
		if plan, err = surveyfile.MakePlan(before, files); err != nil {
			return err
		}
		after, err := plan.Apply(a.now(), ident.New, func() (string, error) { return survey.NewCode(rand.Reader) })
		if err != nil {
			return err
		}
		for _, s := range after {
			if err := a.putSurvey(ctx, w, project, s, by); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return plan, fmt.Errorf("apply survey files: %w", err)
	}
	return plan, a.Refresh(ctx)
}

// putSurvey stores a survey, its publication in the change log, and the
// counters that its limits need.
func (a *App) putSurvey(ctx context.Context, w store.Writer, project ident.ID, s survey.Survey, by string) error {
	if err := a.startCounters(ctx, w, project, s); err != nil {
		return err
	}
	if err := w.PutSurvey(ctx, project, s); err != nil {
		return err
	}
	if s.Publication == nil {
		return nil
	}
	return w.PutVersion(ctx, project, s.ID, store.SurveyVersion{
		Version: s.Publication.Version, At: s.Publication.PublishedAt, By: by, Definition: s.Publication.Definition,
	})
}

// startCounters counts what is there when a survey gets a limit on responses
// that it did not have: surveys without one keep no counter.
func (a *App) startCounters(ctx context.Context, w store.Writer, project ident.ID, s survey.Survey) error {
	if s.Publication == nil || s.Publication.Definition.Limits.Responses == 0 {
		return nil
	}
	old, err := w.Survey(ctx, project, s.ID)
	if fault.Is(err, "survey_not_found") {
		return nil
	}
	if err != nil || old.Publication == nil || old.Publication.Definition.Limits.Responses > 0 {
		return err
	}
	c := store.Counter{Survey: s.ID, What: countResponses}
	have, err := w.CountSince(ctx, project, c, 0)
	if err != nil {
		return err
	}
	n, err := completed(ctx, w, project, s.ID)
	if err != nil {
		return err
	}
	return w.AddCount(ctx, project, c, 0, n-have)
}

// completed counts the completed responses to a survey one by one.
func completed(ctx context.Context, r store.Reader, project, survey ident.ID) (n int, err error) {
	for v, err := range r.Responses(ctx, project, store.ResponseFilter{Survey: survey, Answered: true}) {
		if err != nil {
			return n, err
		}
		if v.CompletedAt != 0 {
			n++
		}
	}
	return n, nil
}

// SurveyPage is what the address of a survey page leads to.
type SurveyPage struct {
	Project  ident.ID
	Survey   ident.ID
	Name     string
	Language string
}

// SurveyPage finds the survey of a page's code. A survey without a publication
// is as good as not there: survey_not_found.
func (a *App) SurveyPage(ctx context.Context, code string) (SurveyPage, error) {
	var page SurveyPage
	err := a.store.Read(ctx, func(r store.Reader) error {
		project, s, err := r.SurveyByCode(ctx, code)
		if err != nil {
			return err
		}
		if s.Publication == nil {
			return fault.New(fault.NotFound, "survey_not_found", "There is no survey at this address.")
		}
		page = SurveyPage{Project: project, Survey: s.ID, Name: s.Name, Language: s.Publication.Definition.Language}
		if page.Language == "" {
			page.Language = "en"
		}
		return nil
	})
	return page, err
}

// Ready tells whether the store answers.
func (a *App) Ready(ctx context.Context) error {
	return a.store.Read(ctx, func(r store.Reader) error {
		_, err := r.ConfigRevision(ctx)
		return err
	})
}

// ResponseRow is a response with what a reader wants beside it.
type ResponseRow struct {
	response.Response
	SurveyKey string
	Who       contact.Profile
}

// EachResponse hands every response of a project to fn, newest first, one at a
// time: nothing is gathered in memory.
func (a *App) EachResponse(ctx context.Context, p team.Project, f store.ResponseFilter, fn func(ResponseRow) error) error {
	return a.store.Read(ctx, func(r store.Reader) error {
		keys, err := surveyKeys(ctx, r, p.ID)
		if err != nil {
			return err
		}
		for resp, err := range r.Responses(ctx, p.ID, f) {
			if err != nil {
				return err
			}
			row := ResponseRow{Response: resp, SurveyKey: keys[resp.Survey]}
			who, err := r.Contact(ctx, p.ID, resp.Contact)
			if err != nil && !fault.Is(err, "contact_not_found") {
				return err
			}
			if who != nil {
				row.Who = *who
			}
			if err := fn(row); err != nil {
				return err
			}
		}
		return nil
	})
}

func surveyKeys(ctx context.Context, r store.Reader, project ident.ID) (map[ident.ID]string, error) {
	all, err := r.Surveys(ctx, project)
	if err != nil {
		return nil, err
	}
	keys := make(map[ident.ID]string, len(all))
	for _, s := range all {
		keys[s.ID] = s.Key
	}
	return keys, nil
}
