package cli

import (
	"context"
	"errors"
	"io/fs"

	"earshot/demo"
	"earshot/internal/app"
	"earshot/internal/config"
	"earshot/internal/fault"
	"earshot/internal/surveyfile"
	"earshot/internal/team"
	"earshot/internal/webui"
)

// The demo project and its admin.
const (
	demoProject = "Planwise (demo)"
	demoAdmin   = "demo@example.com"
)

type demoCmd struct {
	config.Server `embed:""`
}

func (c *demoCmd) Run(s *streams) error { return serve(s, c.Server, prepareDemo) }

// prepareDemo makes the demo project where it is not there yet, and puts the
// demo surveys in place as their files say now.
func prepareDemo(ctx context.Context, a *app.App, _ string) (*webui.Demo, error) {
	_, err := a.SetUp(ctx, app.Setup{Email: demoAdmin, Project: demoProject, Settings: team.Settings{Demo: true}})
	if err != nil && !fault.Is(err, "project_exists") {
		return nil, err
	}
	p, err := a.FindProject(ctx, demoProject)
	if err != nil {
		return nil, err
	}
	files, err := demoSurveys()
	if err != nil {
		return nil, err
	}
	if _, err := a.ApplyFiles(ctx, p.ID, files, "earshot demo"); err != nil {
		return nil, err
	}
	return &webui.Demo{
		Project: p.ID,
		Answers: func(ctx context.Context) ([]app.DemoAnswer, error) { return a.DemoAnswers(ctx, p) },
	}, nil
}

func demoSurveys() ([]surveyfile.File, error) {
	files, err := surveyfile.Read(demo.Files)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("the demo surveys are not part of this binary")
	}
	return files, err
}
