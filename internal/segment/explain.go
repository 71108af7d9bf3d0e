package segment

import "strconv"

// LeafResult is what one leaf of a condition found.
type LeafResult struct {
	Path  string `json:"path"`  // in the condition, such as all[1].not; empty for a leaf alone
	Want  string `json:"want"`  // such as: plan is "pro"
	Got   string `json:"got"`   // such as: "free", 12, not set
	Holds bool   `json:"holds"` // the leaf by itself, whatever not may stand above it
}

// Explain asks every leaf, also those that a Check would not reach, with the
// very code a Check runs. A leaf that cannot be compiled does not hold.
func Explain(c Condition, s *Subject) []LeafResult {
	return c.explain("", s, nil)
}

func (c *Condition) explain(path string, s *Subject, results []LeafResult) []LeafResult {
	for i := range c.All {
		results = c.All[i].explain(member(path, "all")+"["+strconv.Itoa(i)+"]", s, results)
	}
	for i := range c.Any {
		results = c.Any[i].explain(member(path, "any")+"["+strconv.Itoa(i)+"]", s, results)
	}
	if c.Not != nil {
		results = c.Not.explain(member(path, "not"), s, results)
	}
	if c.Leaf != nil {
		results = append(results, c.Leaf.explain(path, s))
	}
	return results
}

func (l *Leaf) explain(path string, s *Subject) LeafResult {
	result := LeafResult{Path: path, Want: l.sentence(), Got: "not set"}
	if v, there := s.traits(l.Source)[l.Name]; there {
		result.Got = show(v)
	}
	if _, expected := l.problem(); expected == "" {
		result.Holds = l.build()(s)
	}
	return result
}

// member adds a field to a path.
func member(path, field string) string {
	if path == "" || field == "" {
		return path + field
	}
	return path + "." + field
}
