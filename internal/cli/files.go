package cli

import (
	"fmt"
	"os"
	"os/user"
	"text/tabwriter"

	"earshot/internal/app"
	"earshot/internal/config"
	"earshot/internal/surveyfile"
	"earshot/internal/team"
)

// folder is what the three commands about survey files share.
type folder struct {
	Dir         string `arg:"" help:"Folder with a subfolder surveys."`
	config.Data `embed:""`
	Project     string `help:"Name or uuid of the project; the only one if left out." placeholder:"NAME"`
}

func (f folder) read() ([]surveyfile.File, error) { return surveyfile.Read(os.DirFS(f.Dir)) }

type planCmd struct {
	folder `embed:""`
}

// changesPending is the exit code of plan when there is something to apply.
const changesPending = exitCode(2)

func (c *planCmd) Run(s *streams) error {
	files, err := c.read()
	if err != nil {
		return err
	}
	return withProject(s.ctx, c.Data.Data, c.Project, func(a *app.App, p team.Project) error {
		plan, err := a.PlanFiles(s.ctx, p.ID, files)
		if err != nil {
			return err
		}
		fmt.Fprint(s.out, plan)
		if plan.Changes() > 0 {
			return changesPending
		}
		return nil
	})
}

type applyCmd struct {
	folder `embed:""`
}

func (c *applyCmd) Run(s *streams) error {
	files, err := c.read()
	if err != nil {
		return err
	}
	return withProject(s.ctx, c.Data.Data, c.Project, func(a *app.App, p team.Project) error {
		plan, err := a.ApplyFiles(s.ctx, p.ID, files, whoAmI())
		if err != nil {
			return err
		}
		fmt.Fprint(s.out, plan)
		return nil
	})
}

type pullCmd struct {
	folder `embed:""`
}

func (c *pullCmd) Run(s *streams) error {
	return withProject(s.ctx, c.Data.Data, c.Project, func(a *app.App, p team.Project) error {
		all, err := a.Surveys(s.ctx, p.ID)
		if err != nil {
			return err
		}
		if err := surveyfile.Write(c.Dir, all); err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.out, "%d surveys written to %s\n", len(all), c.Dir)
		return err
	})
}

type surveysCmd struct {
	config.Data `embed:""`
	Project     string `help:"Name or uuid of the project; the only one if left out." placeholder:"NAME"`
}

func (c *surveysCmd) Run(s *streams) error {
	return withProject(s.ctx, c.Data.Data, c.Project, func(a *app.App, p team.Project) error {
		all, err := a.Surveys(s.ctx, p.ID)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "KEY\tSTATUS\tPAGE\tUUID\tNAME")
		for _, one := range all {
			fmt.Fprintf(w, "%s\t%s\t/s/%s\t%s\t%s\n", one.Key, one.Status, one.Code, one.ID, one.Name)
		}
		return w.Flush()
	})
}

// whoAmI names the person at the terminal for the change log.
func whoAmI() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "earshot apply"
}
