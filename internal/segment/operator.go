package segment

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"earshot/internal/contact"
)

// Limits of operands.
const (
	MaxOperands   = 500    // values of is_one_of
	MaxTextLength = 1_000  // code points of one text
	maxDays       = 36_525 // a hundred years
	maxHours      = maxDays * 24
)

// test compares a value that is there.
type test func(v contact.Value, s *Subject) bool

// operator is one way to compare. The table below is all that the decoder,
// the evaluation and the explanation know about it.
type operator struct {
	name    string
	words   string // as a sentence says it; %s stands for the operands
	takes   taking
	expects string // what the operands have to be, for people
	accepts func(operands []contact.Value) bool
	missing bool // the answer when the value is not there: true for negations
	text    bool // letter case is a question
	build   func(l *Leaf) test
}

// taking is how many operands an operator has.
type taking int

const (
	takesNothing taking = iota
	takesOne
	takesTwo
	takesList
)

const (
	expectsDate = `a day such as "2026-05-01" or a moment such as "2026-05-01T09:00:00Z"`
	expectsBoth = `two numbers or two dates, the smaller first, such as [1, 10] or ["2026-05-01", "2026-05-31"]`
)

// operators in the order in which people are told about them.
var operators = []operator{
	{name: "is", words: "is %s", takes: takesOne, expects: "a text, a number, true or false", accepts: isScalar, text: true, build: buildEqual},
	{name: "is_not", words: "is not %s", takes: takesOne, expects: "a text, a number, true or false", accepts: isScalar, text: true, missing: true, build: negated(buildEqual)},
	{name: "is_one_of", words: "is one of %s", takes: takesList, expects: expectsList, accepts: isListOfOne, text: true, build: buildEqual},
	{name: "is_none_of", words: "is none of %s", takes: takesList, expects: expectsList, accepts: isListOfOne, text: true, missing: true, build: negated(buildEqual)},
	{name: "contains", words: "contains %s", takes: takesOne, expects: "a text of at least one character", accepts: isText, text: true, build: buildContains},
	{name: "not_contains", words: "does not contain %s", takes: takesOne, expects: "a text of at least one character", accepts: isText, text: true, missing: true, build: negated(buildContains)},
	{name: "starts_with", words: "starts with %s", takes: takesOne, expects: "a text of at least one character", accepts: isText, text: true, build: buildStarts},
	{name: "ends_with", words: "ends with %s", takes: takesOne, expects: "a text of at least one character", accepts: isText, text: true, build: buildEnds},
	{name: "matches", words: "matches %s", takes: takesOne, expects: expectsPattern, accepts: isPattern, text: true, build: buildMatches},
	{name: "is_set", words: "is set", build: buildSet},
	{name: "is_not_set", words: "is not set", missing: true, build: negated(buildSet)},
	{name: "=", words: "= %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildEqual},
	{name: "!=", words: "is not %s", takes: takesOne, expects: "a number", accepts: isNumber, missing: true, build: negated(buildEqual)},
	{name: "<", words: "< %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildOrder(func(c int) bool { return c < 0 })},
	{name: "<=", words: "<= %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildOrder(func(c int) bool { return c <= 0 })},
	{name: ">", words: "> %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildOrder(func(c int) bool { return c > 0 })},
	{name: ">=", words: ">= %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildOrder(func(c int) bool { return c >= 0 })},
	{name: "between", words: "is between %s", takes: takesTwo, expects: expectsBoth, accepts: isRange, build: buildBetween},
	{name: "before", words: "is before %s", takes: takesOne, expects: expectsDate, accepts: isDate, build: buildBefore},
	{name: "after", words: "is after %s", takes: takesOne, expects: expectsDate, accepts: isDate, build: buildAfter},
	{name: "more_than_days_ago", words: "is more than %s days ago", takes: takesOne, expects: expectsDays, accepts: isDays, build: buildMoreDays},
	{name: "less_than_days_ago", words: "is less than %s days ago", takes: takesOne, expects: expectsDays, accepts: isDays, build: buildLessDays},
	{name: "exactly_days_ago", words: "is exactly %s days ago", takes: takesOne, expects: expectsDays, accepts: isDays, build: buildExactDays},
	{name: "within_next_days", words: "is within the next %s days", takes: takesOne, expects: expectsDays, accepts: isDays, build: buildNextDays},
	{name: "more_than_hours_ago", words: "is more than %s hours ago", takes: takesOne, expects: expectsHours, accepts: isHours, build: buildMoreHours},
	{name: "less_than_hours_ago", words: "is less than %s hours ago", takes: takesOne, expects: expectsHours, accepts: isHours, build: buildLessHours},
}

var (
	expectsList    = fmt.Sprintf("a list of 1 to %d texts, or of numbers", MaxOperands)
	expectsPattern = fmt.Sprintf("a regular expression (RE2) of at most %d characters and moderate size", maxPattern)
	expectsDays    = fmt.Sprintf("a whole number of days, 0 to %d", maxDays)
	expectsHours   = fmt.Sprintf("a whole number of hours, 0 to %d", maxHours)
)

// operatorNamed finds an operator; nil if there is none of that name.
func operatorNamed(name string) *operator {
	for i := range operators {
		if operators[i].name == name {
			return &operators[i]
		}
	}
	return nil
}

// Operators lists the names of all operators, for messages and editors.
func Operators() []string {
	names := make([]string, len(operators))
	for i, op := range operators {
		names[i] = op.name
	}
	return names
}

// negated turns an operator around for values of the right type; one of the
// wrong type stays false.
func negated(build func(*Leaf) test) func(*Leaf) test {
	return func(l *Leaf) test {
		holds := build(l)
		fits := func(contact.Value) bool { return true }
		if len(l.Operands) > 0 {
			sample := l.Operands[0]
			fits = func(v contact.Value) bool { return sameFamily(v, sample) }
		}
		return func(v contact.Value, s *Subject) bool { return fits(v) && !holds(v, s) }
	}
}

// sameFamily tells whether two values are of one family: texts, numbers,
// booleans or dates.
func sameFamily(a, b contact.Value) bool {
	return a.Type == b.Type || (isNumeric(a) && isNumeric(b))
}

func isNumeric(v contact.Value) bool { return v.Type == contact.Integer || v.Type == contact.Float }

func isScalar(o []contact.Value) bool {
	switch o[0].Type {
	case contact.Text:
		return utf8.RuneCountInString(o[0].Text) <= MaxTextLength
	case contact.Integer, contact.Float, contact.Boolean:
		return true
	}
	return false
}

func isListOfOne(o []contact.Value) bool {
	for _, v := range o {
		if !isScalar([]contact.Value{v}) || v.Type == contact.Boolean || !sameFamily(v, o[0]) {
			return false
		}
	}
	return true
}

func isText(o []contact.Value) bool {
	return o[0].Type == contact.Text && o[0].Text != "" && isScalar(o)
}

func isNumber(o []contact.Value) bool { return isNumeric(o[0]) }

func isDate(o []contact.Value) bool {
	_, ok := newEdge(o[0])
	return ok
}

func isRange(o []contact.Value) bool {
	if isNumeric(o[0]) && isNumeric(o[1]) {
		return compareNumbers(o[0], o[1]) <= 0
	}
	from, ok1 := newEdge(o[0])
	to, ok2 := newEdge(o[1])
	return ok1 && ok2 && from.start() <= to.end()
}

func isDays(o []contact.Value) bool  { return isCount(o[0], maxDays) }
func isHours(o []contact.Value) bool { return isCount(o[0], maxHours) }

func isCount(v contact.Value, limit int64) bool {
	return v.Type == contact.Integer && 0 <= v.Int && v.Int <= limit
}

// problem says what is wrong with a leaf: the field and what was expected there;
// both empty if nothing is.
func (l *Leaf) problem() (field, expected string) {
	if l.Source != FromTrait && l.Source != FromAccountTrait {
		return "", "one of trait, account_trait"
	}
	if slug, ok := contact.Slug(l.Name); !ok {
		return string(l.Source), fmt.Sprintf("the name of a trait, 1 to %d bytes", contact.MaxNameBytes)
	} else if slug != l.Name {
		return string(l.Source), fmt.Sprintf("the trait's name as it is kept: %q", slug)
	}
	op := operatorNamed(l.Op)
	if op == nil {
		return "op", "one of " + strings.Join(Operators(), ", ")
	}
	if !op.fits(len(l.Operands)) || (op.accepts != nil && !op.accepts(l.Operands)) {
		return "value", op.expected()
	}
	if l.CaseToo && (!op.text || l.Operands[0].Type != contact.Text) {
		return "case", "nothing: letter case is a question for texts only"
	}
	return "", ""
}

func (op *operator) fits(operands int) bool {
	if op.takes == takesList {
		return operands >= 1 && operands <= MaxOperands
	}
	return operands == int(op.takes)
}

func (op *operator) expected() string {
	if op.takes == takesNothing {
		return "nothing: " + op.name + " needs no value"
	}
	return op.expects
}

// list tells whether the operands are written as a list.
func (op *operator) list() bool { return op.takes == takesTwo || op.takes == takesList }

// sentence says what a leaf wants, as "account seats >= 10".
func (l *Leaf) sentence() string {
	name := l.Name
	if l.Source == FromAccountTrait {
		name = "account " + name
	}
	op := operatorNamed(l.Op)
	if op == nil {
		return name + " " + l.Op
	}
	parts := make([]string, len(l.Operands))
	for i, o := range l.Operands {
		parts[i] = o.String()
		if op.text {
			parts[i] = show(o)
		}
	}
	between := ", "
	if op.takes == takesTwo {
		between = " and "
	}
	return name + " " + strings.Replace(op.words, "%s", strings.Join(parts, between), 1)
}

// show writes a value so that a text cannot be mistaken for a number.
func show(v contact.Value) string {
	if v.Type != contact.Text {
		return v.String()
	}
	if utf8.RuneCountInString(v.Text) > 100 {
		return fmt.Sprintf("%q…", string([]rune(v.Text)[:100]))
	}
	return fmt.Sprintf("%q", v.Text)
}
