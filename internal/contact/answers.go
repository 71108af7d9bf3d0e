package contact

import "earshot/internal/ident"

// Answers are what a contact gave to one survey in the response they answered
// last, as far as it can be compared: numbers, yes and no, and chosen values.
// Texts in the respondent's own words stay in the response.
type Answers struct {
	Response ident.ID `json:"response"`
	At       Micros   `json:"at"` // when the response was last answered

	// Values by question identifier; a list has several, none is empty.
	Values map[string][]Value `json:"values,omitempty"`
}

// Bounds of the answers on one profile. Whoever makes an Answers keeps to the
// first three.
const (
	MaxAnswers         = 50   // of one survey
	MaxAnswerText      = 200  // code points of one value; longer ones are not kept
	MaxAnswerBytes     = 4096 // of all texts of one survey
	MaxAnsweredSurveys = 100  // those answered last
)

// RecordAnswers keeps the answers of a response, unless another response to
// the survey was answered since. a must not be changed afterwards.
func (p *Profile) RecordAnswers(survey ident.ID, a Answers) {
	if have := p.Answers[survey]; have != nil && have.Response != a.Response && have.At > a.At {
		return
	}
	if p.Answers == nil {
		p.Answers = map[ident.ID]*Answers{}
	}
	p.Answers[survey] = &a
	p.boundAnswers()
}

func (p *Profile) boundAnswers() {
	for len(p.Answers) > MaxAnsweredSurveys {
		var oldest ident.ID
		for id, a := range p.Answers {
			o := p.Answers[oldest]
			if o == nil || a.At < o.At || a.At == o.At && id.String() < oldest.String() {
				oldest = id
			}
		}
		delete(p.Answers, oldest)
	}
}

// mergeAnswers takes the answers that were given later.
func mergeAnswers(into, from *Profile) {
	for survey, a := range from.Answers {
		into.RecordAnswers(survey, *a)
	}
}
