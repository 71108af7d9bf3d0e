package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// run carries out a command line as a person would.
func run(t *testing.T, environ []string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Run(t.Context(), args, environ, &o, &e)
	return code, o.String(), e.String()
}

func TestWrongSettingsAreErrorsWithASuggestion(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte("adr: 127.0.0.1:1\nlog-levl: debug\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		environ []string
		args    []string
		want    []string
	}{
		{"a misspelt flag", nil, []string{"serve", "--adr", "x"}, []string{"--adr", `"--addr"`}},
		{"a misspelt variable", []string{"EARSHOT_DAT=x"}, []string{"version"}, []string{"EARSHOT_DAT", `"EARSHOT_DATA"`}},
		{"misspelt keys of the file, all at once", nil, []string{"serve", "--config", file}, []string{`"adr"`, `"addr"`, `"log-levl"`, `"log-level"`}},
		{"a file that is not there", nil, []string{"serve", "--config", "/nowhere.yaml"}, []string{"/nowhere.yaml"}},
		{"a value that is not allowed", nil, []string{"serve", "--log-level", "loud"}, []string{"--log-level", "debug"}},
		{"an unknown command", nil, []string{"sevre"}, []string{"sevre", "serve"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, _, errOut := run(t, tt.environ, tt.args...)
			if code != 64 {
				t.Errorf("code = %d, want 64", code)
			}
			for _, want := range tt.want {
				if !strings.Contains(errOut, want) {
					t.Errorf("message does not say %s:\n%s", want, errOut)
				}
			}
		})
	}
}

func TestSetupTellsWhatItMadeOnce(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	code, out, errOut := run(t, nil, "setup", "--data", data, "--email", "Ada@Example.com", "--project", "Planwise", "--json")
	var made map[string]string
	if err := json.Unmarshal([]byte(out), &made); err != nil || code != 0 {
		t.Fatalf("code %d: %v\n%s%s", code, err, out, errOut)
	}
	for _, field := range []string{"project_uuid", "api_key", "identity_secret", "admin_password"} {
		if made[field] == "" {
			t.Errorf("%s is missing", field)
		}
	}
	if made["admin_email"] != "ada@example.com" {
		t.Errorf("admin_email = %q", made["admin_email"])
	}
	raw, err := os.ReadFile(filepath.Join(data, "earshot.db"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte(made["api_key"])) || bytes.Contains(raw, []byte(made["admin_password"])) {
		t.Error("key and password must be stored as hashes only")
	}
	if code, _, errOut := run(t, nil, "setup", "--data", data, "--email", "ada@example.com", "--project", "Planwise"); code != 1 || !strings.Contains(errOut, "Planwise") {
		t.Errorf("a second project of the name: code %d, %q", code, errOut)
	}
	if code, _, errOut := run(t, nil, "setup", "--data", data, "--email", "nobody", "--project", "P"); code != 1 || !strings.Contains(errOut, "email") {
		t.Errorf("a bad e-mail: code %d, %q", code, errOut)
	}
}

func TestSurveyFilesGoThereAndBack(t *testing.T) {
	t.Parallel()
	data, pulled := t.TempDir(), t.TempDir()
	must := func(want int, args ...string) string {
		t.Helper()
		code, out, errOut := run(t, nil, append(args, "--data", data)...)
		if code != want {
			t.Fatalf("%v: code %d, want %d\n%s%s", args, code, want, out, errOut)
		}
		return out
	}
	must(0, "setup", "--email", "ada@example.com", "--project", "Planwise")
	must(2, "plan", "../../demo")
	must(0, "apply", "../../demo")
	must(0, "plan", "../../demo")
	must(0, "pull", pulled)
	if out := must(0, "surveys"); !regexp.MustCompile(`(?m)^feedback +published +/s/[a-z2-9]{6}-[a-z2-9]{6} +[0-9a-f-]{36} +Feedback$`).MatchString(out) {
		t.Errorf("surveys = %s", out)
	}
	must(0, "plan", pulled)
	if out := must(0, "responses", "--format", "csv"); !strings.HasPrefix(out, "uuid,survey,") {
		t.Errorf("csv = %q", out)
	}
}

func TestABrokenSurveyFileIsNamedAndNothingIsApplied(t *testing.T) {
	t.Parallel()
	data, dir := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "surveys"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"good": "key: good\nname: Good\nstatus: published\nelements:\n  - {id: a, type: nps, question: How likely is it}\n",
		"bad":  "key: bad\nname: Bad\nstatus: published\nelements:\n  - {id: a, type: npss, question: How likely is it}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, "surveys", name+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, nil, "setup", "--data", data, "--email", "ada@example.com", "--project", "P")
	code, _, errOut := run(t, nil, "apply", dir, "--data", data)
	if code != 1 || !strings.Contains(errOut, "bad.yaml") || !strings.Contains(errOut, "type") {
		t.Errorf("code %d, %q", code, errOut)
	}
	if _, out, _ := run(t, nil, "pull", t.TempDir(), "--data", data); !strings.HasPrefix(out, "0 surveys") {
		t.Errorf("something was applied: %q", out)
	}
}

func TestServeEndsWhenAsked(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var out syncBuffer
	ended := make(chan int)
	go func() {
		ended <- Run(ctx, []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0"}, nil, &out, &out)
	}()
	out.wait(t, "address")
	cancel()
	if code := <-ended; code != 0 {
		t.Errorf("code = %d, want 0\n%s", code, out.String())
	}
}
