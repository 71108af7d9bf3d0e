package surveyfile

import (
	"encoding/json"
	"maps"
	"slices"

	"earshot/internal/ident"
	"earshot/internal/survey"
)

// One is Parse for a single file. What is wrong is a fault like that of Read.
func One(name string, text []byte) (File, error) {
	f, wrong := Parse(name, text)
	if len(wrong) > 0 {
		return File{}, invalid(wrong)
	}
	return f, nil
}

// OneJSON is One for the same model as a JSON object. The fields of its fault
// are paths alone, such as "elements[1].points".
func OneJSON(object []byte) (File, error) {
	f, p := File{Status: survey.Draft}, problemsOf{}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(object, &doc); err != nil || doc == nil {
		return File{}, invalid(map[string]string{"survey": "an object, as in a survey file"})
	}
	var rest []member
	for _, name := range slices.Sorted(maps.Keys(doc)) {
		if m := (member{name, doc[name]}); !f.head(m, p) {
			rest = append(rest, m)
		}
	}
	f.body(rest, p)
	if len(p) > 0 {
		return File{}, invalid(p)
	}
	return f, nil
}

// Candidate gives the survey that a file is about, as publishing it would make
// it, with newID for one that is not there yet. It has no publication of its
// own yet: that is its Draft. What publishing would refuse is a fault like that of Read.
func Candidate(current []survey.Survey, f File, newID func() ident.ID) (survey.Survey, error) {
	wrong := map[string]string{}
	for path, expected := range f.Definition.Problems() {
		wrong[f.at(path)] = expected
	}
	if len(wrong) > 0 {
		return survey.Survey{}, invalid(wrong)
	}
	f.Status, f.Pending = survey.Published, false
	if _, err := MakePlan(current, []File{f}); err != nil {
		return survey.Survey{}, err
	}
	s := survey.Survey{ID: f.ID, Status: survey.Draft}
	if have := find(current, f); have != nil {
		s = *have
	} else if s.ID == ident.None {
		s.ID = newID()
	}
	s.Key, s.Name, s.Draft = f.Key, f.Name, f.Definition
	return s, nil
}
