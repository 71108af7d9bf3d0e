package survey

import (
	"encoding/json"
	"slices"
)

// Answers are values by question identifier, or hidden fields by name.
type Answers = map[string]json.RawMessage

// Path is the way of one respondent through a survey.
type Path struct {
	Elements []string // identifiers in order, without logic elements
	Missing  []string // required questions on the way without an answer
}

// Complete tells whether the whole way was gone: no required answer is missing.
func (p Path) Complete() bool { return len(p.Missing) == 0 }

// Path walks from the first element to the end. An unanswered question is
// taken as skipped. Rules see only answers of questions that were passed on
// this way: what was answered before a change of mind has no say. View is the
// id of the view, which settles random branches.
func (d Definition) Path(answers, hidden Answers, view string) Path {
	var p Path
	for i := 0; i < len(d.Elements); {
		e := d.Elements[i]
		logic, isLogic := e.Options.(*Logic)
		if isLogic {
			i = d.after(i, logic.next(e.ID, view, func(w When) json.RawMessage {
				if w.Hidden != "" {
					return hidden[w.Hidden]
				}
				if slices.Contains(p.Elements, w.Answer) {
					return answers[w.Answer]
				}
				return nil
			}))
			continue
		}
		p.Elements = append(p.Elements, e.ID)
		if e.Required && e.Kind().Asks && !given(answers[e.ID]) {
			p.Missing = append(p.Missing, e.ID)
		}
		if e.Kind().Ends {
			break
		}
		i++
	}
	return p
}

// next names where to go; "" is the next element.
func (o *Logic) next(id, view string, find func(When) json.RawMessage) string {
	if len(o.Random) > 0 {
		return draw(view, id, o.Random)
	}
	for _, r := range o.Rules {
		if r.When.holds(find) {
			return r.Goto
		}
	}
	return o.Otherwise
}

// after gives the index of a target as seen from element i. A target that is
// not there or not later, which publishing refuses, is taken for the next
// element, so that a walk always ends.
func (d Definition) after(i int, target string) int {
	if target == End {
		return len(d.Elements)
	}
	if to := d.index(target); to > i {
		return to
	}
	return i + 1
}

func (d Definition) index(id string) int {
	if id == "" {
		return -1
	}
	return slices.IndexFunc(d.Elements, func(e Element) bool { return e.ID == id })
}

// Missing names the required questions on the path that have no answer.
func (d Definition) Missing(answers, hidden Answers, view string) []string {
	return d.Path(answers, hidden, view).Missing
}

// OnPath keeps only the answers of questions on the path taken.
func (d Definition) OnPath(answers, hidden Answers, view string) Answers {
	kept := make(Answers, len(answers))
	for _, id := range d.Path(answers, hidden, view).Elements {
		if v, ok := answers[id]; ok {
			kept[id] = v
		}
	}
	return kept
}
