package surveyfile

import (
	"maps"
	"slices"
	"testing"
	"time"

	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/survey"
)

const shortText = "key: short\nname: Short\nelements:\n  - {id: a, type: nps, question: How likely is it}\n"

func TestOneFileIsReadAsAFolderWouldBe(t *testing.T) {
	t.Parallel()
	f, err := One("short.yaml", []byte(shortText))
	if err != nil || f.Key != "short" || f.Status != survey.Draft || len(f.Definition.Elements) != 1 {
		t.Errorf("got %+v, %v", f, err)
	}
	_, err = One("short.yaml", []byte("key: short\nname: Short\nelements:\n  - {id: a, type: npss}\n"))
	if _, there := fault.As(err).Fields["short.yaml:4: elements[0].type"]; !there {
		t.Errorf("a wrong type: %v", fault.As(err).Fields)
	}
}

func TestJSONSaysTheSameAsAFile(t *testing.T) {
	t.Parallel()
	f, err := OneJSON([]byte(`{"key": "short", "name": "Short", "elements": [{"id": "a", "type": "nps", "question": "How likely is it"}]}`))
	if err != nil {
		t.Fatal(err, fault.As(err).Fields)
	}
	want, err := One("short.yaml", []byte(shortText))
	if err != nil || !f.Definition.Equal(want.Definition) || f.Key != want.Key || f.Name != want.Name {
		t.Errorf("got %+v, want %+v", f, want)
	}
	for object, field := range map[string]string{
		`[]`: "survey", `null`: "survey", `"x"`: "survey", `{`: "survey",
		`{"key": "Short", "name": "x", "elements": []}`:                              "key",
		`{"key": "short", "name": "x", "elements": [{"id": "a", "type": "npss"}]}`:   "elements[0].type",
		`{"key": "short", "name": "x", "elements": [], "trigger": {"tpye": "page"}}`: "trigger.tpye",
	} {
		_, err := OneJSON([]byte(object))
		if fields := fault.As(err).Fields; fields[field] == "" {
			t.Errorf("%s: fields %v, want %s", object, slices.Collect(maps.Keys(fields)), field)
		}
	}
}

func TestACandidateIsWhatPublishingWouldMake(t *testing.T) {
	t.Parallel()
	f, err := One("short.yaml", []byte(shortText))
	if err != nil {
		t.Fatal(err)
	}
	fresh := ident.New()
	s, err := Candidate(nil, f, func() ident.ID { return fresh })
	if err != nil || s.ID != fresh || s.Key != "short" || !s.Draft.Equal(f.Definition) {
		t.Errorf("a new one: %+v, %v", s, err)
	}
	have := survey.Survey{ID: ident.New(), Key: "short", Draft: f.Definition, Code: "abc"}
	if _, err := have.Publish(time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	edit := f
	edit.Definition.Priority = 7
	s, err = Candidate([]survey.Survey{have}, edit, ident.New)
	if err != nil || s.ID != have.ID || s.Draft.Priority != 7 || s.Publication.Definition.Priority != 0 {
		t.Errorf("an edit: %+v, %v", s, err)
	}
	f.Definition.Elements = nil
	if _, err = Candidate(nil, f, ident.New); !fault.Is(err, "survey_files_invalid") {
		t.Errorf("what cannot be published: %v", err)
	}
}
