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
	name     string
	of       family // of values it compares
	words    string // as a sentence says it; %s stands for the operands
	takes    taking
	expects  string // what the operands have to be, for people
	accepts  func(operands []contact.Value) bool
	missing  bool // the answer when the value is not there: true for negations
	text     bool // letter case is a question
	relative bool // to now
	alone    bool // of an answer with several values, compares them all and not each
	build    func(l *Leaf) test
}

// family is a set of kinds of values that can be compared with one another.
type family uint8

const (
	texts family = 1 << iota
	numbers
	booleans
	dates
	anyFamily = texts | numbers | booleans | dates
)

// familyOf tells which values an operator with these operands compares.
func (op *operator) familyOf(operands []contact.Value) family {
	switch {
	case op.of == anyFamily || op.of&(op.of-1) == 0:
		return op.of
	case isNumeric(operands[0]):
		return numbers
	case op.of&dates != 0:
		return dates
	case operands[0].Type == contact.Boolean:
		return booleans
	}
	return texts
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
	{name: "is", of: texts | numbers | booleans, alone: true, words: "is %s", takes: takesOne, expects: "a text, a number, true or false", accepts: isScalar, text: true, build: buildEqual},
	{name: "is_not", of: texts | numbers | booleans, alone: true, words: "is not %s", takes: takesOne, expects: "a text, a number, true or false", accepts: isScalar, text: true, missing: true, build: negated(buildEqual)},
	{name: "is_one_of", of: texts | numbers, words: "is one of %s", takes: takesList, expects: expectsList, accepts: isListOfOne, text: true, build: buildEqual},
	{name: "is_none_of", of: texts | numbers, words: "is none of %s", takes: takesList, expects: expectsList, accepts: isListOfOne, text: true, missing: true, build: negated(buildEqual)},
	{name: "contains", of: texts, words: "contains %s", takes: takesOne, expects: "a text of at least one character", accepts: isText, text: true, build: buildContains},
	{name: "not_contains", of: texts, words: "does not contain %s", takes: takesOne, expects: "a text of at least one character", accepts: isText, text: true, missing: true, build: negated(buildContains)},
	{name: "starts_with", of: texts, words: "starts with %s", takes: takesOne, expects: "a text of at least one character", accepts: isText, text: true, build: buildStarts},
	{name: "ends_with", of: texts, words: "ends with %s", takes: takesOne, expects: "a text of at least one character", accepts: isText, text: true, build: buildEnds},
	{name: "matches", of: texts, words: "matches %s", takes: takesOne, expects: expectsPattern, accepts: isPattern, text: true, build: buildMatches},
	{name: "is_set", of: anyFamily, words: "is set", build: buildSet},
	{name: "is_not_set", of: anyFamily, words: "is not set", missing: true, build: negated(buildSet)},
	{name: "=", of: numbers, alone: true, words: "= %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildEqual},
	{name: "!=", of: numbers, alone: true, words: "is not %s", takes: takesOne, expects: "a number", accepts: isNumber, missing: true, build: negated(buildEqual)},
	{name: "<", of: numbers, words: "< %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildOrder(func(c int) bool { return c < 0 })},
	{name: "<=", of: numbers, words: "<= %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildOrder(func(c int) bool { return c <= 0 })},
	{name: ">", of: numbers, words: "> %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildOrder(func(c int) bool { return c > 0 })},
	{name: ">=", of: numbers, words: ">= %s", takes: takesOne, expects: "a number", accepts: isNumber, build: buildOrder(func(c int) bool { return c >= 0 })},
	{name: "between", of: numbers | dates, words: "is between %s", takes: takesTwo, expects: expectsBoth, accepts: isRange, build: buildBetween},
	{name: "before", of: dates, words: "is before %s", takes: takesOne, expects: expectsDate, accepts: isDate, build: buildBefore},
	{name: "after", of: dates, words: "is after %s", takes: takesOne, expects: expectsDate, accepts: isDate, build: buildAfter},
	{name: "more_than_days_ago", of: dates, relative: true, words: "is more than %s days ago", takes: takesOne, expects: expectsDays, accepts: isDays, build: buildMoreDays},
	{name: "less_than_days_ago", of: dates, relative: true, words: "is less than %s days ago", takes: takesOne, expects: expectsDays, accepts: isDays, build: buildLessDays},
	{name: "exactly_days_ago", of: dates, relative: true, words: "is exactly %s days ago", takes: takesOne, expects: expectsDays, accepts: isDays, build: buildExactDays},
	{name: "within_next_days", of: dates, relative: true, words: "is within the next %s days", takes: takesOne, expects: expectsDays, accepts: isDays, build: buildNextDays},
	{name: "more_than_hours_ago", of: dates, relative: true, words: "is more than %s hours ago", takes: takesOne, expects: expectsHours, accepts: isHours, build: buildMoreHours},
	{name: "less_than_hours_ago", of: dates, relative: true, words: "is less than %s hours ago", takes: takesOne, expects: expectsHours, accepts: isHours, build: buildLessHours},
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
	return operatorsFor(anyFamily, true)
}

// operatorsFor lists those that compare values of a family.
func operatorsFor(f family, relative bool) []string {
	var names []string
	for _, op := range operators {
		if op.of&f != 0 && (relative || !op.relative) {
			names = append(names, op.name)
		}
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

// compared says what is compared with, as ">= 10".
func (l *Leaf) compared() string {
	op := operatorNamed(l.Op)
	if op == nil {
		return l.Op
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
	return strings.Replace(op.words, "%s", strings.Join(parts, between), 1)
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
