package survey

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// vectors reads cases that the browser's tests read, too.
func vectors(t *testing.T, name string, v any) {
	t.Helper()
	raw, err := os.ReadFile("../../spec/vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

func TestAnswersAsShared(t *testing.T) {
	t.Parallel()
	var file struct {
		Groups []struct {
			Name     string
			Element  Element
			Accepted []struct{ Given, Stored json.RawMessage }
			Refused  []json.RawMessage
		}
	}
	vectors(t, "answers.json", &file)
	counted := map[string]int{}
	for _, g := range file.Groups {
		counted[g.Element.Type] += len(g.Accepted) + len(g.Refused)
		t.Run(g.Name, func(t *testing.T) {
			t.Parallel()
			d := Definition{Elements: []Element{g.Element}}
			for _, c := range g.Accepted {
				want := c.Given
				if c.Stored != nil {
					want = c.Stored
				}
				kept, wrong := d.CheckAnswers(Answers{"q": c.Given})
				if len(wrong) > 0 || !sameJSON(t, kept["q"], want) {
					t.Errorf("%s: stored %s %v, want %s", c.Given, kept["q"], wrong, want)
				}
			}
			for _, given := range g.Refused {
				if kept, wrong := d.CheckAnswers(Answers{"q": given}); wrong["q"] == "" || len(kept) > 0 {
					t.Errorf("%s: stored %s, want a refusal", given, kept["q"])
				}
			}
		})
	}
	for _, k := range registry {
		if k.Asks && counted[k.Name] < 10 {
			t.Errorf("%s has %d cases, want 10 or more", k.Name, counted[k.Name])
		}
	}
}

func sameJSON(t *testing.T, a, b json.RawMessage) bool {
	t.Helper()
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}

type logicFile struct {
	Hashes []struct {
		Text string
		Hash uint32
	}
	Conditions []struct {
		Rule            string
		When            When
		Answers, Hidden Answers
		Holds           bool
	}
	Paths []struct {
		Rule                string
		Elements            []Element
		Answers, Hidden     Answers
		View                string
		Path, Missing, Kept []string
	}
	Shuffles []struct {
		Rule, View, Element string
		Options             []Option
		Order               []string
	}
}

func TestConditionsAsShared(t *testing.T) {
	t.Parallel()
	var file logicFile
	vectors(t, "logic.json", &file)
	for _, c := range file.Conditions {
		holds := c.When.holds(func(w When) json.RawMessage {
			if w.Hidden != "" {
				return c.Hidden[w.Hidden]
			}
			return c.Answers[w.Answer]
		})
		if holds != c.Holds {
			t.Errorf("%s: got %v", c.Rule, holds)
		}
		if wrong := (&Logic{Rules: []Rule{{When: c.When, Goto: End}}}).Problems(); len(wrong) > 0 {
			t.Errorf("%s: could not be published: %v", c.Rule, wrong)
		}
	}
}

func TestPathsAsShared(t *testing.T) {
	t.Parallel()
	var file logicFile
	vectors(t, "logic.json", &file)
	for _, c := range file.Paths {
		d := Definition{Elements: c.Elements}
		p := d.Path(c.Answers, c.Hidden, c.View)
		if !slices.Equal(p.Elements, c.Path) || !slices.Equal(p.Missing, c.Missing) {
			t.Errorf("%s: got path %v, missing %v", c.Rule, p.Elements, p.Missing)
		}
		kept := slices.Sorted(maps.Keys(d.OnPath(c.Answers, c.Hidden, c.View)))
		slices.Sort(c.Kept)
		if !slices.Equal(kept, c.Kept) {
			t.Errorf("%s: kept %v, want %v", c.Rule, kept, c.Kept)
		}
		if p.Complete() != (len(c.Missing) == 0) || !slices.Equal(d.Missing(c.Answers, c.Hidden, c.View), p.Missing) {
			t.Errorf("%s: Complete and Missing do not agree", c.Rule)
		}
	}
}

func TestChanceAsShared(t *testing.T) {
	t.Parallel()
	var file logicFile
	vectors(t, "logic.json", &file)
	for _, c := range file.Hashes {
		if got := seedOf(c.Text); got != c.Hash {
			t.Errorf("hash of %q: got %d, want %d", c.Text, got, c.Hash)
		}
	}
	for _, c := range file.Shuffles {
		var order []string
		for _, o := range Shuffled(c.View, c.Element, c.Options) {
			order = append(order, o.Value)
		}
		if !slices.Equal(order, c.Order) {
			t.Errorf("%s: got %v, want %v", c.Rule, order, c.Order)
		}
	}
	if n := len(file.Conditions) + len(file.Paths) + len(file.Shuffles); n < 50 {
		t.Errorf("%d shared cases, want 50 or more", n)
	}
}

func TestPipingAsShared(t *testing.T) {
	t.Parallel()
	type row struct {
		Rule, Text, Want string
		Values           map[string]string
	}
	var file struct{ Fill, Markdown []row }
	vectors(t, "piping.json", &file)
	check := func(rows []row, fill func(string, Lookup) string) {
		for _, c := range rows {
			got := fill(c.Text, func(source, name string) (string, bool) {
				v, ok := c.Values[source+"."+name]
				return v, ok
			})
			if got != c.Want {
				t.Errorf("%s: got %q, want %q", c.Rule, got, c.Want)
			}
		}
	}
	check(file.Fill, Fill)
	check(file.Markdown, FillMarkdown)
	if len(file.Fill) == 0 || len(file.Markdown) == 0 || strings.TrimSpace(file.Fill[0].Rule) == "" {
		t.Error("no cases")
	}
}
