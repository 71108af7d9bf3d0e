package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earshot/internal/app"
)

func TestSimulateSaysWhoWouldHaveSeenIt(t *testing.T) {
	t.Parallel()
	data := dataWith(t, map[string]string{"all": forAll})
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	draft := strings.Replace(strings.Replace(forAll, "all", "saved", 1), "published", "draft", 1) + "trigger: {type: event, event: saved}\n"
	for _, tt := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"a draft", []string{file("a.yaml", draft)}, 0,
			[]string{`In the last 30 days, 1 of the 1 people who were there would have seen "saved", 1 time altogether.`, "DAY ", "####", "none was seen", "Replaying: 10%", "100%"}},
		{"one day", []string{file("a.yaml", draft), "--days", "1"}, 0, []string{"In the last 1 day,"}},
		{"who is held back", []string{file("a.yaml", strings.Replace(forPro, "pro", "x", 1))}, 0, []string{"condition_mismatch  1", "does not meet the conditions"}},
		{"a throttle", []string{file("a.yaml", draft+"limits: {throttle: {views: 1, per: 1d}}\n")}, 0, []string{"1 of the 1 people", "Again, with throttles:"}},
		{"a file that is wrong", []string{file("a.yaml", strings.Replace(draft, "nps", "npss", 1))}, 1, []string{"a.yaml:5: elements[0].type"}},
		{"no file", []string{"/nowhere.yaml"}, 1, []string{"/nowhere.yaml"}},
		{"too many days", []string{file("a.yaml", draft), "--days", "400"}, 1, []string{"days: a number from 1 to 90"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, out, errOut := run(t, nil, append([]string{"simulate", "--data", data}, tt.args...)...)
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
	_, out, _ := run(t, nil, "simulate", "--data", data, file("a.yaml", draft), "--format", "json")
	var got app.Simulated
	if err := json.Unmarshal([]byte(out), &got); err != nil || got.People != 1 || len(got.PerDay) != 30 {
		t.Errorf("as JSON: %v\n%s", err, out)
	}
}
