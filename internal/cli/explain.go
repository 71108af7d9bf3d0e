package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"earshot/internal/app"
	"earshot/internal/config"
	"earshot/internal/launch"
	"earshot/internal/segment"
	"earshot/internal/survey"
	"earshot/internal/team"
)

type explainCmd struct {
	config.Data `embed:""`
	Project     string `help:"Name or uuid of the project; the only one if left out." placeholder:"NAME"`
	Contact     string `help:"User id, e-mail address or uuid of the contact." required:"" placeholder:"WHO"`
	Survey      string `help:"Only the survey with this key or uuid, gate by gate." placeholder:"KEY"`
	URL         string `name:"url" help:"Address of the page they are on; the last one if left out." placeholder:"URL"`
	Locale      string `help:"Their language, such as de-AT; as it was last if left out." placeholder:"TAG"`
	Country     string `help:"Their country, two letters; as it was last if left out." placeholder:"CC"`
	Device      string `help:"desktop, tablet or mobile; as it was last if left out." placeholder:"TYPE"`
	Channel     string `help:"Where the survey would be: ${enum}." enum:"widget,page,embed" default:"widget"`
	Event       string `help:"Name of an event that fires just now." placeholder:"NAME"`
	Format      string `help:"How to print: ${enum}." enum:"text,json" default:"text"`
}

func (c *explainCmd) Run(s *streams) error {
	q := app.Question{
		Contact: c.Contact, Survey: c.Survey, Event: c.Event,
		At: app.Where{URL: c.URL, Locale: c.Locale, Country: c.Country, Device: c.Device, Channel: survey.Channel(c.Channel)},
	}
	return withProject(s.ctx, c.Data.Data, c.Project, func(a *app.App, p team.Project) error {
		e, err := a.Explain(s.ctx, p.ID, q)
		if err != nil {
			return err
		}
		if c.Format == "json" {
			return printJSON(s.out, e)
		}
		printWhom(s.out, e)
		if c.Survey != "" {
			return printGates(s.out, e.Surveys[0])
		}
		return printSurveys(s.out, e.Surveys)
	})
}

// printJSON is for programs; < and > stay as they are.
func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func printWhom(out io.Writer, e app.Explained) {
	who := "anonymous"
	if e.Contact.Identified {
		who = strings.Join(nonEmpty(e.Contact.UserID, e.Contact.Email), ", ")
	}
	fmt.Fprintf(out, "Contact  %s (%s), last seen %s\n", who, e.Contact.UUID, clock(e.Contact.LastSeen))
	where := nonEmpty(e.Where.URL, e.Where.Locale, e.Where.Country, e.Where.Device, e.Where.Channel)
	if e.Where.Event != "" {
		where = append(where, fmt.Sprintf("event %q", e.Where.Event))
	}
	fmt.Fprintf(out, "Now      %s: %s\n\n", clock(e.At), strings.Join(where, ", "))
}

func nonEmpty(texts ...string) []string {
	var kept []string
	for _, s := range texts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// printSurveys is the table that answers most questions.
func printSurveys(out io.Writer, all []app.ExplainedSurvey) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, "No survey is published.")
		return err
	}
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "SURVEY\tSHOWN\tREASON\tBECAUSE")
	for _, s := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", s.Key, shown(s), s.Reason, because(s))
	}
	return t.Flush()
}

// shown says in a word or two what will become of a survey.
func shown(s app.ExplainedSurvey) string {
	switch {
	case s.Reason == "":
		return "now"
	case s.Armed && s.Reason == launch.Outranked:
		return "after another"
	case s.Armed:
		return "waits"
	case s.DueAt != "":
		return "later"
	}
	return "no"
}

// because gives the values that were compared; of conditions, those that do
// not hold.
func because(s app.ExplainedSurvey) string {
	g := failedGate(s)
	parts := []string{}
	for _, leaf := range g.Conditions {
		if !leaf.Holds {
			parts = append(parts, found(leaf))
		}
	}
	if len(parts) == 0 {
		parts = nonEmpty(g.Detail)
	}
	if s.DueAt != "" {
		parts = append(parts, "changes at "+clock(s.DueAt))
	}
	return strings.Join(parts, "; ")
}

func found(leaf segment.LeafResult) string { return fmt.Sprintf("%s, found %s", leaf.Want, leaf.Got) }

// clock writes a moment for people: to the second, which is what they have.
func clock(stamp string) string {
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return stamp
	}
	return at.UTC().Format("2006-01-02 15:04:05 UTC")
}

func failedGate(s app.ExplainedSurvey) (g app.ExplainedGate) {
	for _, g := range s.Gates {
		if g.Outcome == launch.Failed {
			return g
		}
	}
	return g
}

// printGates tells the whole way of one survey.
func printGates(out io.Writer, s app.ExplainedSurvey) error {
	answer := "It would be shown now."
	if s.Reason != "" {
		answer = s.Message
	}
	fmt.Fprintf(out, "Survey   %s: %s\n", s.Key, answer)
	if s.DueAt != "" {
		fmt.Fprintf(out, "         This changes by itself at %s.\n", clock(s.DueAt))
	}
	fmt.Fprintln(out)
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, g := range s.Gates {
		fmt.Fprintf(t, "%s\t%s\t%s\n", map[launch.Outcome]string{launch.Passed: "yes", launch.Failed: "NO"}[g.Outcome], g.Gate.Rule(), g.Detail)
		for _, leaf := range g.Conditions {
			fmt.Fprintf(t, "\t  %s\t%s\n", yesNo(leaf.Holds), strings.Join(nonEmpty(leaf.Path, found(leaf)), ": "))
		}
	}
	return t.Flush()
}

func yesNo(holds bool) string {
	if holds {
		return "holds"
	}
	return "does not hold"
}
