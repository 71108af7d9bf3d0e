package segment

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"earshot/internal/contact"
)

// Leaves that ask whether something happened: events and surveys.

// Limits of these leaves.
const (
	MaxWithin    = contact.MaxEventDays // days; further back not every day is kept
	MaxTimes     = 1_000_000
	maxEventName = 200 // code points
)

const (
	session        = "session"
	expectsDay     = `a day such as "2026-05-01"; events are counted by day`
	expectsNoWords = "nothing: a survey has no times, days or properties; use within"
)

var expectsWithin = fmt.Sprintf("session, or 1 to %d whole days such as 30d", MaxWithin)

// acts are what can happen to a survey, with the moment it last did.
var acts = []struct {
	name string
	last func(*contact.SurveyTally) contact.Micros
}{
	{"seen", func(t *contact.SurveyTally) contact.Micros { return t.LastSeen }},
	{"answered", func(t *contact.SurveyTally) contact.Micros { return t.LastAnswered }},
	{"completed", func(t *contact.SurveyTally) contact.Micros { return t.LastCompleted }},
	{"dismissed", func(t *contact.SurveyTally) contact.Micros { return t.LastDismissed }},
}

func actNames() string {
	names := make([]string, len(acts))
	for i, a := range acts {
		names[i] = a.name
	}
	return strings.Join(names, ", ")
}

func lastOf(what string) func(*contact.SurveyTally) contact.Micros {
	for _, a := range acts {
		if a.name == what {
			return a.last
		}
	}
	return nil
}

func (l *Leaf) eventProblem() (field, expected string) {
	d := l.Did
	n := utf8.RuneCountInString(l.Name)
	switch {
	case n == 0 || n > maxEventName || !utf8.ValidString(l.Name) || strings.ContainsRune(l.Name, 0):
		return string(FromEvent), fmt.Sprintf("the name of an event, 1 to %d characters", maxEventName)
	case d == nil || d.What != "":
		return "did", "true or false"
	case d.Times != nil && !slices.Contains([]string{">=", "<=", "="}, d.Times.Op):
		return "times.op", "one of >=, <=, ="
	case d.Times != nil && (d.Times.N < 0 || d.Times.N > MaxTimes || d.Times.N == 0 && d.Times.Op == ">="):
		return "times.value", fmt.Sprintf("a whole number up to %d, and with >= at least 1", MaxTimes)
	case d.Within != "" && !isWithin(d.Within):
		return "within", expectsWithin
	case d.Within != "" && d.After+d.Before != "":
		return "within", "nothing, where there is after or before"
	case d.After != "" && !isDay(d.After):
		return "after", expectsDay
	case d.Before != "" && !isDay(d.Before):
		return "before", expectsDay
	case d.After != "" && d.Before != "" && dayNamed(d.Before)-dayNamed(d.After) < 2:
		return "before", "a day that leaves at least one between"
	}
	return "", ""
}

func (l *Leaf) surveyProblem() (field, expected string) {
	d := l.Did
	switch {
	case !isKey(l.Name):
		return string(FromSurvey), "the key or uuid of a survey"
	case d == nil || lastOf(d.What) == nil:
		return didField(d), "one of " + actNames()
	case d.Within != "" && !isWithin(d.Within):
		return "within", expectsWithin
	case d.Times != nil || d.After+d.Before != "" || d.Where != nil:
		return "", expectsNoWords
	}
	return "", ""
}

func didField(d *Did) string {
	if d != nil && d.Not {
		return "did_not"
	}
	return "did"
}

// isKey tells whether a text can be the key of a survey or segment, or a uuid.
func isKey(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') && s[i] != '_' && s[i] != '-' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// window reads a number of days; false for session and for what is none.
func window(within string) (days int32, ok bool) {
	digits, ok := strings.CutSuffix(within, "d")
	n, err := strconv.ParseUint(digits, 10, 16)
	return int32(n), ok && err == nil && n >= 1 && n <= MaxWithin && digits[0] != '0'
}

func isWithin(s string) bool {
	_, ok := window(s)
	return ok || s == session
}

func isDay(s string) bool {
	_, ok := newEdge(contact.TextValue(s))
	return ok
}

// dayNamed reads a day, as days since 1970.
func dayNamed(s string) int32 {
	e, _ := newEdge(contact.TextValue(s))
	return int32(e.at)
}

// buildEvent counts in the profile, where events with certain properties have
// a count of their own.
func (l *Leaf) buildEvent() Check {
	counted := l.counted()
	holds := timesTest(l.Did.Times)
	not := l.Did.Not
	return func(s *Subject) bool { return holds(counted(s)) != not }
}

// counted gives how often the event happened within the window.
func (l *Leaf) counted() func(*Subject) int {
	d, key := l.Did, l.Name
	counts := func(p *contact.Profile) *contact.EventCount { return p.Events[key] }
	if d.Where != nil {
		key = l.derivedKey()
		counts = func(p *contact.Profile) *contact.EventCount {
			if c := p.Derived[key]; c != nil {
				return &c.EventCount
			}
			return nil
		}
	}
	if d.Within == session {
		return func(s *Subject) int { return s.profile().SessionEvents[key] }
	}
	if days, ok := window(d.Within); ok {
		return func(s *Subject) int {
			today := contact.DayOf(contact.At(s.Now))
			return counts(s.profile()).Between(today-days, math.MaxInt32)
		}
	}
	first, last := int32(math.MinInt32), int32(math.MaxInt32)
	if d.After != "" {
		first = dayNamed(d.After) + 1
	}
	if d.Before != "" {
		last = dayNamed(d.Before) - 1
	}
	return func(s *Subject) int { return counts(s.profile()).Between(first, last) }
}

func timesTest(t *Times) func(int) bool {
	if t == nil {
		return func(n int) bool { return n >= 1 }
	}
	want := t.N
	switch t.Op {
	case "<=":
		return func(n int) bool { return n <= want }
	case "=":
		return func(n int) bool { return n == want }
	}
	return func(n int) bool { return n >= want }
}

// buildSurvey compares when it last happened. A survey that is not known
// never met anybody.
func (l *Leaf) buildSurvey(names Names) Check {
	id, known := names.survey(l.Name)
	last, since, not := lastOf(l.Did.What), since(l.Did.Within), l.Did.Not
	return func(s *Subject) bool {
		did := false
		if t := s.profile().Surveys[id]; t != nil && known {
			at := last(t)
			did = at != 0 && at >= since(s)
		}
		return did != not
	}
}

func (l *Leaf) surveyGot(names Names, s *Subject) string {
	id, known := names.survey(l.Name)
	if !known {
		return "no such survey"
	}
	if t := s.profile().Surveys[id]; t != nil {
		if at := lastOf(l.Did.What)(t); at != 0 {
			return "last " + at.Time().Format(time.RFC3339)
		}
	}
	return "never"
}

const never = contact.Micros(math.MaxInt64)

// since gives the first moment of a window: of a session, or of the UTC day so
// many days ago.
func since(within string) func(*Subject) contact.Micros {
	if within == session {
		return func(s *Subject) contact.Micros {
			if start := s.profile().SessionStart; start != 0 {
				return start
			}
			return never
		}
	}
	if days, ok := window(within); ok {
		return func(s *Subject) contact.Micros {
			return contact.Micros(int64(contact.DayOf(contact.At(s.Now))-days) * dayMicros)
		}
	}
	return func(*Subject) contact.Micros { return math.MinInt64 }
}

// sentence says what is asked, as "event exported at least 3 times in the
// last 30 days".
func (l *Leaf) didSentence() string {
	d := l.Did
	if d == nil {
		return string(l.Source) + " " + l.Name
	}
	words := "event " + l.Name + " " + d.Times.words()
	if l.Source == FromSurvey {
		words = d.What + " survey " + l.Name
	}
	if d.Not {
		words = "not: " + words
	}
	days, inDays := window(d.Within)
	switch {
	case d.Within == session:
		words += " in this session"
	case inDays && days == 1:
		words += " since yesterday"
	case inDays:
		words += fmt.Sprintf(" in the last %d days", days)
	}
	if d.After != "" {
		words += " after " + d.After
	}
	if d.Before != "" {
		words += " before " + d.Before
	}
	if d.Where != nil {
		words += " where " + d.Where.words()
	}
	return words
}

func (t *Times) words() string {
	if t == nil {
		return "at least once"
	}
	words := map[string]string{">=": "at least ", "<=": "at most ", "=": "exactly "}
	return words[t.Op] + often(t.N)
}

func often(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// words says a condition in a sentence.
func (c *Condition) words() string {
	join := func(list []Condition, word string) string {
		parts := make([]string, len(list))
		for i := range list {
			parts[i] = list[i].words()
		}
		return "(" + strings.Join(parts, word) + ")"
	}
	switch {
	case c.All != nil:
		return join(c.All, " and ")
	case c.Any != nil:
		return join(c.Any, " or ")
	case c.Not != nil:
		return "not " + c.Not.words()
	case c.Leaf != nil:
		return c.Leaf.sentence()
	}
	return "anything"
}
