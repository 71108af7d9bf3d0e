package demo_test

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"testing"

	"earshot/demo"
	"earshot/internal/fault"
	"earshot/internal/survey"
	"earshot/internal/surveyfile"
)

func TestSurveysCanBePublished(t *testing.T) {
	t.Parallel()
	for _, f := range read(t) {
		if f.Status != survey.Published {
			t.Errorf("%s is %s: nobody will see it", f.Key, f.Status)
		}
	}
}

var (
	layoutKey = regexp.MustCompile(`"(layout_[a-z]+)"`)
	formKey   = regexp.MustCompile(`"showForm", "([a-z_]+)"`)
)

// The product names surveys by their keys.
func TestProductFindsItsSurveys(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, f := range read(t) {
		keys = append(keys, f.Key)
	}
	for file, names := range map[string]*regexp.Regexp{"panel.js": layoutKey, "shell.js": formKey} {
		script, err := os.ReadFile("../internal/webui/demo/" + file)
		if err != nil {
			t.Fatal(err)
		}
		named := names.FindAllStringSubmatch(string(script), -1)
		if len(named) == 0 {
			t.Errorf("%s names no survey", file)
		}
		for _, m := range named {
			if !slices.Contains(keys, m[1]) {
				t.Errorf("%s wants the survey %q, which is not there", file, m[1])
			}
		}
	}
}

func read(t *testing.T) []surveyfile.File {
	t.Helper()
	files, err := surveyfile.Read(demo.Files)
	if f, ok := errors.AsType[*fault.Error](err); ok {
		t.Fatalf("%v: %v", err, f.Fields)
	}
	if err != nil {
		t.Fatal(err)
	}
	return files
}
