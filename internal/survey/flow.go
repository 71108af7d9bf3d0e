package survey

import (
	"fmt"
	"slices"
)

// flow checks where the path can go: every jump leads to a later element, so
// that no path can loop, every element can be reached, and rules and texts
// speak of questions that were asked before.
func (p problems) flow(d Definition) {
	reached := make([]bool, len(d.Elements)+1)
	reached[0] = true
	for i, e := range d.Elements {
		path := fmt.Sprintf("elements[%d]", i)
		p.add(reached[i], path, "a way that leads here"+of(e))
		logic, isLogic := e.Options.(*Logic)
		if isLogic {
			p.jumps(d, i, logic, path, reached)
			for r, rule := range logic.Rules {
				p.references(d, i, rule.When, fmt.Sprintf("%s.rules[%d].when", path, r))
			}
		}
		if !isLogic && !e.Kind().Ends || isLogic && logic.Otherwise == "" && len(logic.Random) == 0 {
			reached[i+1] = true
		}
		p.pipes(d, i, "question", e.Question)
		p.pipes(d, i, "description", e.Description)
	}
}

func (p problems) jumps(d Definition, i int, l *Logic, path string, reached []bool) {
	jump := func(target, field string) {
		to := d.index(target)
		switch {
		case target == End:
		case to < 0:
			p.add(false, path+field, fmt.Sprintf("the identifier of a later element, or end; there is no %q%s", target, of(d.Elements[i])))
		case to <= i:
			p.add(false, path+field, fmt.Sprintf("a later element; %q stands before, and a path cannot loop%s", target, of(d.Elements[i])))
		default:
			reached[to] = true
		}
	}
	for r, rule := range l.Rules {
		jump(rule.Goto, fmt.Sprintf(".rules[%d].goto", r))
	}
	for r, w := range l.Random {
		jump(w.Goto, fmt.Sprintf(".random[%d].goto", r))
	}
	if l.Otherwise != "" {
		jump(l.Otherwise, ".otherwise")
	}
}

// references checks that a condition speaks of earlier questions and of
// answers that these can have.
func (p problems) references(d Definition, i int, w When, path string) {
	for n, sub := range w.All {
		p.references(d, i, sub, fmt.Sprintf("%s.all[%d]", path, n))
	}
	for n, sub := range w.Any {
		p.references(d, i, sub, fmt.Sprintf("%s.any[%d]", path, n))
	}
	if w.Answer == "" {
		return
	}
	from := d.index(w.Answer)
	if from < 0 || from >= i || !d.Elements[from].Kind().Asks {
		p.add(false, path+".answer", fmt.Sprintf("the identifier of an earlier question, not %q%s", w.Answer, of(d.Elements[i])))
		return
	}
	for _, it := range readValue(w.Value).items {
		p.add(canBe(d.Elements[from], w.Op, it), path+".value",
			fmt.Sprintf("something that can be answered to %q%s", w.Answer, of(d.Elements[i])))
	}
}

// canBe tells whether an operand can ever equal an answer to e.
func canBe(e Element, op string, it item) bool {
	var options []Option
	switch o := e.Options.(type) {
	case *SingleChoice:
		options = o.Options
		if o.Other != "" {
			options = append(slices.Clone(options), Option{Value: otherValue})
		}
	case *MultipleChoice:
		options = o.Options
		if o.Other != "" {
			options = append(slices.Clone(options), Option{Value: otherValue})
		}
	case *NPS, *CSAT, *CES, *Rating:
		_, ok := asNumber(it.v)
		return ok
	case *CTA:
		return it.v == true
	default:
		return true
	}
	if slices.Contains(ordering, op) {
		return false
	}
	if op == "contains" && slices.ContainsFunc(options, func(o Option) bool { return o.Value == otherValue }) {
		return true // looks into the own text
	}
	return slices.ContainsFunc(options, func(o Option) bool { return same(o.Value, it.v) })
}

// pipes checks that {{ answer.x }} names an earlier question.
func (p problems) pipes(d Definition, i int, field, text string) {
	for _, at := range places(text) {
		if at[0] != "answer" {
			continue
		}
		from := d.index(at[1])
		p.add(from >= 0 && from < i && d.Elements[from].Kind().Asks, fmt.Sprintf("elements[%d].%s", i, field),
			fmt.Sprintf("an earlier question in {{ answer.%s }}%s", at[1], of(d.Elements[i])))
	}
}
