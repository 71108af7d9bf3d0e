package segment

import (
	"cmp"
	"math"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"

	"earshot/internal/contact"
)

// buildEqual is true when the value equals one of the operands, which are of
// one family.
func buildEqual(l *Leaf) test {
	switch first := l.Operands[0]; first.Type {
	case contact.Text:
		return equalText(l)
	case contact.Boolean:
		want := first.Bool
		return func(v contact.Value, _ *Subject) bool { return v.Type == contact.Boolean && v.Bool == want }
	}
	numbers := l.Operands
	return func(v contact.Value, _ *Subject) bool {
		for i := range numbers {
			if isNumeric(v) && compareNumbers(v, numbers[i]) == 0 {
				return true
			}
		}
		return false
	}
}

func equalText(l *Leaf) test {
	needles := make([]*needle, len(l.Operands))
	for i, o := range l.Operands {
		needles[i] = newNeedle(o.Text, l.CaseToo)
	}
	return func(v contact.Value, _ *Subject) bool {
		if v.Type != contact.Text {
			return false
		}
		for _, n := range needles {
			if n.equals(v.Text) {
				return true
			}
		}
		return false
	}
}

func buildContains(l *Leaf) test {
	return textTest(l, (*needle).within)
}

func buildStarts(l *Leaf) test {
	return textTest(l, (*needle).starts)
}

func buildEnds(l *Leaf) test {
	return textTest(l, (*needle).ends)
}

func textTest(l *Leaf, holds func(*needle, string) bool) test {
	n := newNeedle(l.Operands[0].Text, l.CaseToo)
	return func(v contact.Value, _ *Subject) bool { return v.Type == contact.Text && holds(n, v.Text) }
}

// buildSet: an empty text is not set. Whoever sends "" for a phone number has
// none, and people who choose "is set" mean those who have one.
func buildSet(*Leaf) test {
	return func(v contact.Value, _ *Subject) bool { return v.Type != contact.Text || v.Text != "" }
}

// Bounds of a pattern. RE2 takes time linear in text × program, so these two keep
// the worst pattern bearable.
const (
	maxPattern = 200
	maxProgram = 60 // instructions; the worst of them takes under 1 ms on 2 KiB of text
)

// compilePattern reads a regular expression; nil if it is none or too large.
func compilePattern(pattern string, caseToo bool) *regexp.Regexp {
	if utf8.RuneCountInString(pattern) > maxPattern || pattern == "" {
		return nil
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil || len(program.Inst) > maxProgram {
		return nil
	}
	if !caseToo {
		pattern = "(?i)" + pattern
	}
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return nil
	}
	return compiled
}

func isPattern(o []contact.Value) bool {
	return o[0].Type == contact.Text && compilePattern(o[0].Text, true) != nil
}

func buildMatches(l *Leaf) test {
	pattern := compilePattern(l.Operands[0].Text, l.CaseToo)
	return func(v contact.Value, _ *Subject) bool {
		return v.Type == contact.Text && pattern != nil && pattern.MatchString(v.Text)
	}
}

func buildOrder(holds func(int) bool) func(*Leaf) test {
	return func(l *Leaf) test {
		operand := l.Operands[0]
		return func(v contact.Value, _ *Subject) bool {
			return isNumeric(v) && holds(compareNumbers(v, operand))
		}
	}
}

// buildBetween holds at both ends, too.
func buildBetween(l *Leaf) test {
	low, high := l.Operands[0], l.Operands[1]
	if isNumeric(low) {
		return func(v contact.Value, _ *Subject) bool {
			return isNumeric(v) && compareNumbers(v, low) >= 0 && compareNumbers(v, high) <= 0
		}
	}
	from, _ := newEdge(low)
	to, _ := newEdge(high)
	return func(v contact.Value, s *Subject) bool {
		return v.Type == contact.Date && from.compare(v, s) >= 0 && to.compare(v, s) <= 0
	}
}

// compareNumbers orders two numbers by size. An integer is never turned into a
// float for it: beyond 2^53 that would make different numbers equal.
func compareNumbers(a, b contact.Value) int {
	switch {
	case a.Type == contact.Integer && b.Type == contact.Integer:
		return cmp.Compare(a.Int, b.Int)
	case a.Type == contact.Integer:
		return compareIntFloat(a.Int, b.Float)
	case b.Type == contact.Integer:
		return -compareIntFloat(b.Int, a.Float)
	}
	return cmp.Compare(a.Float, b.Float)
}

func compareIntFloat(n int64, f float64) int {
	const limit = 1 << 63
	if f >= limit {
		return -1
	}
	if f < -limit {
		return 1
	}
	whole := math.Trunc(f)
	return cmp.Or(cmp.Compare(n, int64(whole)), cmp.Compare(whole, f))
}
