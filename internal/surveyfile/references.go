package surveyfile

import (
	"fmt"

	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/survey"
)

// conditionsField is where a survey says whom it wants.
const conditionsField = "audience.conditions"

// references refuses conditions that speak of what is not there once the files
// are applied, and more conditions on properties than can be counted.
func references(current []survey.Survey, files []File, wrong map[string]string) {
	after := applied(current, files)
	names := survey.Names(after)
	counted := map[string]bool{}
	for _, s := range after {
		if s.Status == survey.Published && s.Publication != nil {
			count(counted, s.Publication.Definition, names)
		}
	}
	for _, f := range files {
		if f.Status == survey.Archived {
			continue
		}
		err := segment.Resolve(f.Definition.Audience.Conditions, names, conditionsField)
		if err != nil {
			for field, expected := range fault.As(err).Fields {
				wrong[f.at(field)] = expected
			}
			continue
		}
		if f.Status == survey.Published && !f.Pending && count(counted, f.Definition, names) > segment.MaxDerived {
			wrong[f.at(conditionsField)] = fmt.Sprintf("at most %d different conditions on properties of events in all published surveys", segment.MaxDerived)
		}
	}
}

// count adds the conditions on properties of a survey and tells how many there
// are in all.
func count(counted map[string]bool, d survey.Definition, names segment.Names) int {
	for _, c := range segment.Derive(d.Audience.Conditions, names) {
		counted[c.Key] = true
	}
	return len(counted)
}

// applied gives the surveys of the project with those of the files: enough of
// them to be spoken of. What the files publish anew is not a publication yet.
func applied(current []survey.Survey, files []File) []survey.Survey {
	var after []survey.Survey
	taken := map[ident.ID]bool{}
	for _, f := range files {
		s := survey.Survey{ID: f.ID}
		if have := find(current, f); have != nil {
			s = *have
			taken[have.ID] = true
		}
		if s.ID == ident.None {
			s.ID = ident.Derived(ident.None, f.Key) // gets its own when applied
		}
		if f.Status != survey.Published || !f.Pending {
			s.Status = survey.Draft
		}
		s.Key, s.Draft = f.Key, f.Definition
		after = append(after, s)
	}
	for _, s := range current {
		if !taken[s.ID] {
			after = append(after, s)
		}
	}
	return after
}
