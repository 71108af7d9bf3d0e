package surveyfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"earshot/internal/fault"
	"earshot/internal/segment"
	"earshot/internal/survey"
)

// asking gives the file of a published survey for those who meet a condition.
func asking(t *testing.T, key, condition string) File {
	t.Helper()
	f, wrong := Parse("surveys/"+key+".yaml", []byte("key: "+key+"\nname: "+key+"\nstatus: published\nelements:\n"+
		"  - {id: score, type: nps, question: Q}\n  - {id: why, type: long_text, question: Q}\naudience:\n  conditions: "+condition+"\n"))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return f
}

func TestReferences(t *testing.T) {
	t.Parallel()
	here := apply(t, nil, []File{asking(t, "here", "{trait: plan, op: is_set}")})
	tests := []struct {
		rule  string
		files []File
		wrong []string
	}{
		{"a survey that is there", []File{asking(t, "a", "{survey: here, did: seen}")}, nil},
		{"a survey that is there, by uuid", []File{asking(t, "a", "{survey: "+here[0].ID.String()+", did: seen}")}, nil},
		{"a survey that comes with the same files", []File{asking(t, "a", "{survey: b, did: seen}"), asking(t, "b", "{survey: a, did_not: seen}")}, nil},
		{"itself", []File{asking(t, "a", "{survey: a, did_not: completed}")}, nil},
		{"a survey that is not there", []File{asking(t, "a", "{all: [{trait: plan, op: is_set}, {survey: gone, did: seen}]}")},
			[]string{"surveys/a.yaml:8: audience.conditions.all[1].survey"}},
		{"a question of a survey that is there", []File{asking(t, "a", `{answer: score, survey: here, op: "<=", value: 6}`)}, nil},
		{"a question that is not there", []File{asking(t, "a", `{answer: scroe, survey: here, op: "<=", value: 6}`)},
			[]string{"surveys/a.yaml:8: audience.conditions.answer"}},
		{"a question that is answered in one's own words", []File{asking(t, "a", `{answer: why, survey: here, op: is, value: x}`)},
			[]string{"surveys/a.yaml:8: audience.conditions.answer"}},
		{"a segment, of which there are none yet", []File{asking(t, "a", "{not: {segment: gold, op: is}}")},
			[]string{"surveys/a.yaml:8: audience.conditions.not.segment"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			_, err := MakePlan(here, tt.files)
			var wrong []string
			if err != nil {
				wrong = slices.Sorted(maps.Keys(fault.As(err).Fields))
			}
			if !slices.Equal(wrong, tt.wrong) {
				t.Errorf("refused at %q, want %q", wrong, tt.wrong)
			}
		})
	}
}

// The limit counts what visitors get: what is published, with what the files
// publish in its place.
func TestReferencesBoundConditionsOnProperties(t *testing.T) {
	t.Parallel()
	properties := func(from, to int) string {
		var any []string
		for i := from; i < to; i++ {
			any = append(any, fmt.Sprintf(`{event: paid, where: {property: amount, op: ">", value: %d}}`, i))
		}
		return "{any: [" + strings.Join(any, ", ") + "]}"
	}
	const half = segment.MaxDerived / 4
	here := apply(t, nil, []File{asking(t, "a", properties(0, half)), asking(t, "b", properties(half, 2*half))})
	more := asking(t, "c", properties(0, half+1))
	if _, err := MakePlan(here, []File{more}); err != nil {
		t.Errorf("conditions that are shared count once: %v", err)
	}
	files := []File{asking(t, "a", properties(1000, 1000+half)), asking(t, "c", properties(2000, 2000+half)), asking(t, "d", properties(3000, 3000+half))}
	if _, err := MakePlan(here, files); err != nil {
		t.Errorf("what is replaced does not count: %v", err)
	}
	_, err := MakePlan(here, append(files, asking(t, "e", "{event: paid, where: {property: one, op: is_set}}")))
	if got := slices.Sorted(maps.Keys(fault.As(err).Fields)); !slices.Equal(got, []string{"surveys/e.yaml:8: audience.conditions"}) {
		t.Errorf("refused at %q", got)
	}
	draft := asking(t, "e", "{event: paid, where: {property: one, op: is_set}}")
	draft.Status = survey.Draft
	if _, err := MakePlan(here, append(files, draft)); err != nil {
		t.Errorf("a draft counts nothing: %v", err)
	}
}
