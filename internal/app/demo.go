package app

import (
	"context"
	"encoding/json"
	"errors"

	"earshot/internal/store"
	"earshot/internal/team"
)

// DemoAnswer is a response as the demo product lists it.
type DemoAnswer struct {
	Survey    string                     `json:"survey"` // name
	Key       string                     `json:"key"`
	When      string                     `json:"when"`
	Who       string                     `json:"who"` // "" for an anonymous visitor
	Answers   map[string]json.RawMessage `json:"answers"`
	Hidden    map[string]json.RawMessage `json:"hidden,omitempty"`
	Completed bool                       `json:"completed"`
	Dismissed bool                       `json:"dismissed"`
}

// demoAnswers is how many the demo product lists.
const demoAnswers = 50

// DemoAnswers lists the latest answers of the demo project.
func (a *App) DemoAnswers(ctx context.Context, p team.Project) ([]DemoAnswer, error) {
	if !p.Settings.Demo {
		return nil, errors.New("not the demo project")
	}
	names := map[string]string{}
	all, err := a.Surveys(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		names[s.Key] = s.Name
	}
	list := []DemoAnswer{}
	err = a.EachResponse(ctx, p, store.ResponseFilter{Answered: true, Limit: demoAnswers}, func(r ResponseRow) error {
		who := r.Who.Traits["name"].Text
		if who == "" {
			who = r.Who.UserID
		}
		list = append(list, DemoAnswer{
			Survey: names[r.SurveyKey], Key: r.SurveyKey, When: stamp(r.LastData), Who: who,
			Answers: r.Answers, Hidden: r.Hidden, Completed: r.CompletedAt != 0, Dismissed: r.DismissedAt != 0,
		})
		return nil
	})
	return list, err
}
