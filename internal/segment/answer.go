package segment

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

// Leaves that compare an answer.

const answerFamily = texts | numbers | booleans

func (l *Leaf) answerProblem() (field, expected string) {
	if n := utf8.RuneCountInString(l.Name); n == 0 || n > 64 || !utf8.ValidString(l.Name) {
		return string(FromAnswer), "the identifier of a question, 1 to 64 characters"
	}
	if !isKey(l.Survey) {
		return string(FromSurvey), "the key or uuid of the survey that asks"
	}
	return l.comparable(answerFamily, true)
}

// buildAnswer asks the values of an answer one by one: one of them has to do,
// and for a negation all. But "is" is about the whole answer: this value and no
// other, as in the rules of a survey's logic.
func (l *Leaf) buildAnswer(names Names) Check {
	id, known := names.survey(l.Survey)
	op := operatorNamed(l.Op)
	question, missing, alone, holds := l.Name, op.missing, op.alone, op.build(l)
	return func(s *Subject) bool {
		values := s.answer(id, question)
		switch {
		case !known || len(values) == 0:
			return missing
		case alone && len(values) > 1:
			return missing && sameFamily(values[0], l.Operands[0])
		}
		for i := range values {
			if holds(values[i], s) != missing {
				return !missing
			}
		}
		return missing
	}
}

// answer gives the values of an answer, none if there is none.
func (s *Subject) answer(survey ident.ID, question string) []contact.Value {
	if s.Profile == nil || s.Anonymous {
		return nil
	}
	a := s.Profile.Answers[survey]
	if a == nil {
		return nil
	}
	return a.Values[question]
}

func (l *Leaf) answerSentence() string {
	return fmt.Sprintf("answer %s of survey %s %s", l.Name, l.Survey, l.compared())
}

func (l *Leaf) answerGot(names Names, s *Subject) string {
	id, known := names.survey(l.Survey)
	if !known {
		return "no such survey"
	}
	values := s.answer(id, l.Name)
	if len(values) == 0 {
		return "not answered"
	}
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = show(v)
	}
	return strings.Join(parts, ", ")
}
