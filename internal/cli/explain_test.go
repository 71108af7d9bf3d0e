package cli

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"earshot/internal/app"
	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/store/sqlite"
	"earshot/internal/survey"
)

// dataWith makes a data folder with a project, surveys and a contact u1 on the
// free plan who saved something.
func dataWith(t *testing.T, surveys map[string]string) (data string) {
	t.Helper()
	data, dir := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "surveys"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range surveys {
		if err := os.WriteFile(filepath.Join(dir, "surveys", name+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"setup", "--email", "ada@example.com", "--project", "P"}, {"apply", dir}} {
		if code, _, errOut := run(t, nil, append(args, "--data", data)...); code != 0 {
			t.Fatal(args, errOut)
		}
	}
	s, err := sqlite.Open(t.Context(), data, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := app.New(s, time.Now, slog.New(slog.DiscardHandler))
	p, err := a.FindProject(t.Context(), "P")
	if err != nil {
		t.Fatal(err)
	}
	op := func(o app.Op) app.Op {
		o.UID = ident.New()
		o.Digest = o.UID[:]
		return o
	}
	_, err = a.Sync(t.Context(), app.Batch{
		Project: p.ID, Who: app.Who{AnonymousID: "browser-1"},
		At: app.Where{URL: "https://app.example.com/plan", Locale: "en", Device: "desktop", Channel: survey.Widget},
		Ops: []app.Op{
			op(app.Op{Kind: app.OpIdentify, Who: app.Who{ID: "u1", Email: "u1@example.com"}, Given: contact.Given{Set: contact.Traits{"plan": contact.TextValue("free")}}}),
			op(app.Op{Kind: app.OpTrack, Name: "saved"}),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return data
}

const forPro = `key: pro
name: Pro
status: published
elements:
  - {id: a, type: nps, question: How likely is it}
audience:
  conditions: {trait: plan, op: is, value: pro}
`

const forAll = `key: all
name: All
status: published
elements:
  - {id: a, type: nps, question: How likely is it}
`

func TestExplainReadsLikeAnAnswer(t *testing.T) {
	t.Parallel()
	data := dataWith(t, map[string]string{"pro": forPro, "all": forAll})
	for _, tt := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"all surveys", []string{"--contact", "u1"}, 0,
			[]string{"u1, u1@example.com", "UTC: https://app.example.com/plan, en, desktop, widget", "all     now", `condition_mismatch  plan is "pro", found "free"`}},
		{"one survey, gate by gate", []string{"--contact", "u1@example.com", "--survey", "pro"}, 0,
			[]string{"does not meet the conditions", "NO   conditions of the audience", "0 of 1 comparisons hold", `plan is "pro", found "free"`, "does not hold"}},
		{"one survey that would be shown", []string{"--contact", "u1", "--survey", "all"}, 0, []string{"It would be shown now."}},
		{"no such survey", []string{"--contact", "u1", "--survey", "x"}, 0, []string{"no survey with this uuid or key"}},
		{"no such contact", []string{"--contact", "u9"}, 1, []string{"There is no contact"}},
		{"nobody named", nil, 64, []string{"--contact"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, out, errOut := run(t, nil, append([]string{"explain", "--data", data}, tt.args...)...)
			if code != tt.code {
				t.Errorf("code %d, want %d", code, tt.code)
			}
			for _, want := range tt.want {
				if !strings.Contains(out+errOut, want) {
					t.Errorf("does not say %q:\n%s%s", want, out, errOut)
				}
			}
		})
	}
	_, out, _ := run(t, nil, "explain", "--data", data, "--contact", "u1", "--format", "json")
	var e app.Explained
	if err := json.Unmarshal([]byte(out), &e); err != nil || len(e.Surveys) != 2 || e.Contact.UserID != "u1" {
		t.Errorf("as JSON: %v\n%s", err, out)
	}
}
