package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"earshot/internal/app"
	"earshot/internal/config"
	"earshot/internal/store"
	"earshot/internal/team"
)

type setupCmd struct {
	config.Data `embed:""`
	Email       string `help:"E-mail address of the admin." required:"" placeholder:"E"`
	Password    string `help:"Password of the admin; drawn if empty."`
	Project     string `help:"Name of the project." required:"" placeholder:"NAME"`
	JSON        bool   `help:"Print what was made as JSON."`
}

func (c *setupCmd) Run(s *streams) error {
	st, a, err := open(s.ctx, c.Data.Data)
	if err != nil {
		return err
	}
	made, err := a.SetUp(s.ctx, app.Setup{Email: c.Email, Password: c.Password, Project: c.Project})
	if err = errors.Join(err, st.Close()); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(made)
	}
	return printCredentials(s, c.Project, made)
}

func printCredentials(s *streams, project string, made app.Credentials) error {
	password := made.AdminPassword
	if password == "" {
		password = "(as before)"
	}
	_, err := fmt.Fprintf(s.out, `Project %q is ready.
  project uuid     %s
  API key          %s
  identity secret  %s
  admin            %s
  password         %s
Key and password are shown only this once.
`, project, made.ProjectUUID, made.APIKey, made.IdentitySecret, made.AdminEmail, password)
	return err
}

type responsesCmd struct {
	config.Data `embed:""`
	Project     string `help:"Name or uuid of the project; the only one if left out." placeholder:"NAME"`
	Format      string `help:"How to print: ${enum}." enum:"jsonl,csv" default:"jsonl"`
	Survey      string `help:"Only of the survey with this key." placeholder:"KEY"`
	Views       bool   `help:"Also views without an answer."`
}

func (c *responsesCmd) Run(s *streams) error {
	return withProject(s.ctx, c.Data.Data, c.Project, func(a *app.App, p team.Project) error {
		filter := store.ResponseFilter{Answered: !c.Views}
		if c.Survey != "" {
			found, err := a.SurveyByKey(s.ctx, p.ID, c.Survey)
			if err != nil {
				return err
			}
			filter.Survey = found.ID
		}
		if c.Format == "csv" {
			return a.ResponsesCSV(s.ctx, p, filter, s.out)
		}
		return a.ResponsesJSONL(s.ctx, p, filter, s.out)
	})
}

type contactsCmd struct {
	config.Data `embed:""`
	Project     string `help:"Name or uuid of the project; the only one if left out." placeholder:"NAME"`
}

func (c *contactsCmd) Run(s *streams) error {
	return withProject(s.ctx, c.Data.Data, c.Project, func(a *app.App, p team.Project) error {
		return a.ContactsJSONL(s.ctx, p, s.out)
	})
}
