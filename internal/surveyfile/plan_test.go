package surveyfile

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/survey"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newCode() (string, error) { return "aaaaaa-bbbbbb", nil }

// apply carries a plan out on surveys in memory.
func apply(t *testing.T, current []survey.Survey, files []File) []survey.Survey {
	t.Helper()
	plan, err := MakePlan(current, files)
	if err != nil {
		t.Fatal(err, fault.As(err).Fields)
	}
	changed, err := plan.Apply(noon, ident.New, newCode)
	if err != nil {
		t.Fatal(err, fault.As(err).Fields)
	}
	after := append([]survey.Survey{}, current...)
next:
	for _, s := range changed {
		for i := range after {
			if after[i].ID == s.ID {
				after[i] = s
				continue next
			}
		}
		after = append(after, s)
	}
	return after
}

// survives checks that a survey made from a file, written and read again,
// leaves nothing to do.
func survives(t *testing.T, f File) {
	t.Helper()
	if f.Pending {
		return
	}
	for _, s := range apply(t, nil, []File{f}) {
		text, err := Text(s)
		if err != nil {
			t.Fatal(err)
		}
		again, wrong := Parse("again.yaml", text)
		if len(wrong) > 0 {
			t.Fatalf("written as\n%s\nit is refused: %v", text, wrong)
		}
		plan, err := MakePlan([]survey.Survey{s}, []File{again})
		if err != nil || plan.Changes() > 0 {
			t.Fatalf("written as\n%s\nthere is still to do: %v\n%s", text, err, plan)
		}
	}
}

func TestPullThenPlanIsEmpty(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	all := apply(t, nil, readGood(t))
	all[1].Draft.Elements[0].Question = "Edited since it was published"
	all[2].Archive(noon)
	if err := Write(dir, all); err != nil {
		t.Fatal(err)
	}
	files, err := Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err, fault.As(err).Fields)
	}
	plan, err := MakePlan(all, files)
	if err != nil || plan.Changes() > 0 || !strings.HasPrefix(plan.String(), "Nothing to do: 3 surveys are") {
		t.Errorf("after pull: %v\n%s", err, plan)
	}
	if !files[1].Pending || files[1].Status != survey.Published {
		t.Error("unpublished changes are not marked")
	}
	text, err := os.ReadFile(filepath.Join(dir, "surveys/everything.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "everything.yaml.golden", string(text))
}

func TestPullKeepsWhatSaysTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := readGood(t)[:1]
	all := apply(t, nil, files)
	name := filepath.Join(dir, "surveys/everything.yaml")
	original, err := os.ReadFile("testdata/good/surveys/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "surveys"), 0o755), os.WriteFile(name, original, 0o644), Write(dir, all)); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(name); err != nil || string(text) != string(original) {
		t.Error("comments of an unchanged file are lost")
	}
	all[0].Name = "Renamed"
	if err := Write(dir, all); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), "name: Renamed") {
		t.Error("a changed survey is not written")
	}
}

func TestPlanSaysWhatChanges(t *testing.T) {
	t.Parallel()
	before := apply(t, nil, readGood(t))
	text, err := os.ReadFile("testdata/good/surveys/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.NewReplacer(
		"name: \"Everything: the lot\"", "name: Nearly everything",
		"language: en-GB\n", "",
		"Extremely likely", "Certainly",
		"id: leave", "id: bye", "goto: leave", "goto: bye",
		"    required: true\n", "",
		"responses: 500", "responses: 600",
		"value: pro}", "value: business}",
	).Replace(string(text))
	changed, wrong := Parse("surveys/everything.yaml", []byte(edited))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	fresh, wrong := Parse("surveys/new.yaml", []byte("key: new\nname: New\nstatus: published\nelements:\n  - {id: a, type: nps, question: Q}\n"))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	archived := readGood(t)[1]
	archived.Status = survey.Archived
	plan, err := MakePlan(before, []File{changed, fresh, archived, readGood(t)[2]})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.txt", plan.String())
	if plan.Changes() != 3 {
		t.Errorf("%d changes", plan.Changes())
	}
}

func TestApplyKeepsWhatBelongsToASurvey(t *testing.T) {
	t.Parallel()
	first := apply(t, nil, readGood(t))[0]
	if first.ID.String() != "6f1c1d5e-8a0b-4c57-9d3e-0123456789ab" || first.Code != "aaaaaa-bbbbbb" || first.Publication.Version != 1 {
		t.Fatalf("created: %+v", first)
	}
	f := readGood(t)[0]
	f.Key, f.Name = "renamed", "Renamed"
	f.Definition.Priority = 7
	after := apply(t, []survey.Survey{first}, []File{f})
	got := after[0]
	if len(after) != 1 || got.ID != first.ID || got.Code != first.Code || !got.CreatedAt.Equal(first.CreatedAt) || got.Key != "renamed" || got.Publication.Version != 2 {
		t.Errorf("changed: %+v", got)
	}
	if first.Key != "everything" || first.Draft.Priority != -5 || first.Publication.Definition.Priority != -5 {
		t.Error("planning changed the survey it was given")
	}
	f.ID = ident.None
	f.Definition.Priority = 8
	if again := apply(t, after, []File{f}); len(again) != 1 || again[0].ID != first.ID || again[0].Publication.Version != 3 {
		t.Errorf("found by key: %+v", again)
	}
}

func TestMoves(t *testing.T) {
	t.Parallel()
	file := readGood(t)[1]
	with := func(status survey.Status, pending bool) File {
		f := file
		f.Status, f.Pending = status, pending
		return f
	}
	tests := []struct {
		rule     string
		from, to survey.Status
		move     Move
	}{
		{"a draft stays a draft", survey.Draft, survey.Draft, Stay},
		{"a draft is published", survey.Draft, survey.Published, Publish},
		{"a draft is archived", survey.Draft, survey.Archived, Archive},
		{"a published survey stays published", survey.Published, survey.Published, Stay},
		{"a published survey is unpublished", survey.Published, survey.Draft, Unpublish},
		{"a published survey is archived", survey.Published, survey.Archived, Archive},
		{"an archived survey is restored", survey.Archived, survey.Draft, Restore},
		{"an archived survey is published", survey.Archived, survey.Published, Publish},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			current := apply(t, nil, []File{with(test.from, false)})
			plan, err := MakePlan(current, []File{with(test.to, false)})
			if err != nil || plan.Steps[0].Move != test.move {
				t.Fatalf("got %q %v", plan.Steps[0].Move, err)
			}
			if after := apply(t, current, []File{with(test.to, false)}); after[0].Status != test.to {
				t.Errorf("it is %s", after[0].Status)
			}
		})
	}
	published := apply(t, nil, []File{with(survey.Published, false)})
	edited := with(survey.Published, true)
	edited.Definition.Priority = 9
	if after := apply(t, published, []File{edited}); !after[0].Pending() || after[0].Publication.Version != 1 {
		t.Error("unpublished changes were published")
	}
	for _, current := range [][]survey.Survey{nil, apply(t, nil, []File{with(survey.Draft, false)})} {
		if _, err := MakePlan(current, []File{edited}); !fault.Is(err, "survey_files_invalid") {
			t.Errorf("unpublished changes of a survey that is not published: %v", err)
		}
	}
}

func TestPlanRefusesClashes(t *testing.T) {
	t.Parallel()
	files := readGood(t)
	current := apply(t, nil, files)
	taken := files[0]
	taken.Key = "pmf"
	byKey, byID := files[0], files[0]
	byKey.ID, byID.Key = ident.None, "elsewhere"
	for rule, files := range map[string][]File{
		"a key that another survey has":         {taken},
		"one survey found by key and by uuid":   {byKey, byID},
		"the same file twice":                   {files[0], files[0]},
		"the same new key in two files":         {{Path: "a", Key: "x", ID: ident.New()}, {Path: "b", Key: "x", ID: ident.New()}},
		"the same new uuid under two keys":      {{Path: "a", Key: "x", ID: files[0].ID}, {Path: "b", Key: "y", ID: files[0].ID}},
		"a new survey with unpublished changes": {{Path: "a", Key: "x", Status: survey.Published, Pending: true}},
	} {
		if plan, err := MakePlan(current, files); !fault.Is(err, "survey_files_invalid") || len(plan.Steps) > 0 {
			t.Errorf("%s: got %v", rule, err)
		}
	}
	plan, err := MakePlan(nil, files)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no randomness")
	if _, err := plan.Apply(noon, ident.New, func() (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// Texts that YAML could take for something else, or lay out differently.
var naughty = []string{
	"yes", "No", "on", "y", "null", "~", "true", "5", "5.0", "0x10", "1e3", ".inf", "2026-01-31", "2026-01-31T10:00:00Z", "12:30", "<<", "=", "-", "- a", "? a", ": a", "a: b", "a #b", "#a",
	"&a", "*a", "!a", "|", ">", "'", "\"", "%a", "@a", "`a`", "{a}", "[a]", "a, b", " a", "a ", "\ta", "a\tb", "a\n", "a\nb", "a\n\nb\n", "\na", " a\n b", "a \nb", "a\r\nb", "a\rb",
	"a\u2028b", "\ufeffa", "a\u00a0b", "ä猫🙂", "\u202ea", "{{ contact.x | y }}", "<b>&amp;</b>", "---", "...", "--- a", strings.Repeat("long ", 60), "a\\b", "\\n", "",
}

func TestAnythingSurvivesAFile(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	pick := func() string { return naughty[random.IntN(len(naughty))] }
	for n := range 400 {
		e := survey.Element{ID: "q", Type: "single_choice", Question: pick(), Description: pick(), Button: pick(), Required: n%2 == 0}
		e.Options = &survey.SingleChoice{Other: pick(), Options: []survey.Option{{Value: pick(), Label: pick()}, {Value: pick() + pick()}}}
		l := survey.Element{ID: "l", Type: "logic", Options: &survey.Logic{Rules: []survey.Rule{{
			When: survey.When{Hidden: pick(), Op: "is", Value: fmt.Appendf(nil, "[%q,1e2,-0.50,true]", "a")}, Goto: pick()}}}}
		d := survey.Definition{Elements: []survey.Element{e, l}, Priority: random.IntN(9) - 4}
		d.Trigger.Event, d.Audience.Group, d.Look.Logo = pick(), pick(), pick()
		clean, err := d.Clone()
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSpace(pick())
		if name == "" || len(name) > 200 || strings.ContainsAny(name, "\r\n\t") {
			name = "name"
		}
		survives(t, File{Path: "x", Key: "x", Name: name, Status: survey.Draft, Definition: clean})
	}
}
