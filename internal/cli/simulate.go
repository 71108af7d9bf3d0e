package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"earshot/internal/app"
	"earshot/internal/config"
	"earshot/internal/surveyfile"
	"earshot/internal/team"
)

type simulateCmd struct {
	config.Data `embed:""`
	File        string `arg:"" help:"Survey file; its status does not matter."`
	Project     string `help:"Name or uuid of the project; the only one if left out." placeholder:"NAME"`
	Days        int    `help:"How many days to replay, today included; 1 to 90." default:"30" placeholder:"N"`
	Format      string `help:"How to print: ${enum}." enum:"text,json" default:"text"`
}

func (c *simulateCmd) Run(s *streams) error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	file, err := surveyfile.One(filepath.Base(c.File), text)
	if err != nil {
		return err
	}
	return withProject(s.ctx, c.Data.Data, c.Project, func(a *app.App, p team.Project) error {
		told := &progress{out: s.err}
		got, err := a.Simulate(s.ctx, p.ID, app.Trial{File: file, Days: c.Days, Progress: told.tell})
		told.end()
		if err != nil {
			return err
		}
		if c.Format == "json" {
			return printJSON(s.out, got)
		}
		return printSimulated(s.out, got)
	})
}

// progress writes one line a pass, which grows: 10 % 20 % ...
type progress struct {
	out  io.Writer
	pass int
	tens int
}

func (p *progress) tell(now app.Progress) {
	if now.Pass != p.pass {
		p.end()
		p.pass, p.tens = now.Pass, 0
		what := "Replaying:"
		if now.Pass > 1 {
			what = "Again, with throttles:"
		}
		fmt.Fprint(p.out, what)
	}
	for ; p.tens < int(now.Done*10); p.tens++ {
		fmt.Fprintf(p.out, " %d%%", (p.tens+1)*10)
	}
}

func (p *progress) end() {
	if p.pass > 0 {
		fmt.Fprintln(p.out)
	}
}

func printSimulated(out io.Writer, s app.Simulated) error {
	if s.Contacts == 0 {
		_, err := fmt.Fprintf(out, "Nobody was there in the last %s.\n", counted(s.Days, "day", "days"))
		return err
	}
	fmt.Fprintf(out, "In the last %s, %d of the %d people who were there would have seen %q, %s altogether.\n",
		counted(s.Days, "day", "days"), s.People, s.Contacts, s.Survey, counted(s.Views, "time", "times"))
	if s.Recorded > 0 {
		fmt.Fprintf(out, "As it is now, it was seen %s.\n", counted(s.Recorded, "time", "times"))
	}
	if !s.Exact {
		fmt.Fprintln(out, "The limits over all contacts are approximate here.")
	}
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "\nDAY\tPEOPLE\tVIEWS\t")
	most := 1
	for _, d := range s.PerDay {
		most = max(most, d.People)
	}
	for _, d := range s.PerDay {
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\n", d.Date, d.People, d.Views, strings.Repeat("#", (d.People*40+most-1)/most))
	}
	if len(s.Held) > 0 {
		fmt.Fprintln(t, "\nHELD BACK BY\tPEOPLE\t\t")
		for _, h := range s.Held {
			fmt.Fprintf(t, "%s\t%d\t\t%s\n", h.Gate, h.People, h.Message)
		}
	}
	printEffects(t, s.Others)
	return t.Flush()
}

// printEffects tells what becomes of the other surveys.
func printEffects(t io.Writer, others []app.SimulatedEffect) {
	fmt.Fprintln(t, "\nOTHER SURVEYS\tVIEWS\tWITH IT\t")
	shown := 0
	for _, o := range others {
		if o.Before == 0 && o.With == 0 {
			continue
		}
		shown++
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\n", o.Key, o.Before, o.With, change(o))
	}
	if shown == 0 {
		fmt.Fprintln(t, "none was seen")
	}
}

func change(o app.SimulatedEffect) string {
	if o.Before == 0 || o.Before == o.With {
		return "unchanged"
	}
	return fmt.Sprintf("%+.0f %%", 100*float64(o.With-o.Before)/float64(o.Before))
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
