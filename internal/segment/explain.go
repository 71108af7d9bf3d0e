package segment

import (
	"strconv"
	"strings"
)

// LeafResult is what one leaf of a condition found.
type LeafResult struct {
	Path  string `json:"path"`  // in the condition, such as all[1].not; empty for a leaf alone
	Want  string `json:"want"`  // such as: plan is "pro"
	Got   string `json:"got"`   // such as: "free", 12, not set
	Holds bool   `json:"holds"` // the leaf by itself, whatever not may stand above it
}

// Explain asks every leaf, also those that a Check would not reach, with the
// very code a Check runs. A leaf that cannot be compiled does not hold. What
// stands in a where or in another segment belongs to its leaf.
func Explain(c Condition, names Names, s *Subject) []LeafResult {
	return c.explain("", names, s, nil)
}

func (c *Condition) explain(path string, names Names, s *Subject, results []LeafResult) []LeafResult {
	for i := range c.All {
		results = c.All[i].explain(member(path, "all")+"["+strconv.Itoa(i)+"]", names, s, results)
	}
	for i := range c.Any {
		results = c.Any[i].explain(member(path, "any")+"["+strconv.Itoa(i)+"]", names, s, results)
	}
	if c.Not != nil {
		results = c.Not.explain(member(path, "not"), names, s, results)
	}
	if c.Leaf != nil {
		results = append(results, c.Leaf.explain(path, names, s))
	}
	return results
}

func (l *Leaf) explain(path string, names Names, s *Subject) LeafResult {
	result := LeafResult{Path: path, Want: l.sentence(), Got: "cannot be read"}
	c := Condition{Leaf: l}
	if holds, err := Compile(c, names); err == nil {
		result.Holds, result.Got = holds(s), l.got(names, s)
	}
	return result
}

// sentence says what a leaf wants.
func (l *Leaf) sentence() string {
	switch l.Source {
	case FromAccountTrait:
		return "account " + l.Name + " " + l.compared()
	case FromMeta:
		return strings.ReplaceAll(l.Name, "_", " ") + " " + l.compared()
	case FromEvent, FromSurvey:
		return l.didSentence()
	case FromAnswer:
		return l.answerSentence()
	case FromSegment:
		return strings.ReplaceAll(l.Op, "_", " ") + " in segment " + l.Name
	}
	return l.Name + " " + l.compared()
}

// got says what was found.
func (l *Leaf) got(names Names, s *Subject) string {
	switch l.Source {
	case FromMeta:
		if v := metaNamed(l.Name).get(s.profile()); v.Type != "" {
			return show(v)
		}
		return "not known"
	case FromEvent:
		return often(l.counted()(s))
	case FromSurvey:
		return l.surveyGot(names, s)
	case FromAnswer:
		return l.answerGot(names, s)
	case FromSegment:
		return l.segmentGot(names, s)
	}
	if v, there := s.named(l.Source)[l.Name]; there {
		return show(v)
	}
	return "not set"
}

// member adds a field to a path.
func member(path, field string) string {
	if path == "" || field == "" {
		return path + field
	}
	return path + "." + field
}
