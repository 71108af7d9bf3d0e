package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/survey"
)

// The world is made of numbers: visitor n always has the same traits, survey i
// the same conditions. So the reference evaluator can know it without asking
// the server, and two runs measure the same.

// traitNames are the twenty traits of every visitor. The first seven are texts
// of ten values, the next six whole numbers below 100, then four truths, two
// addresses, and the cohort, one of cohorts.
var traitNames = strings.Fields(`plan role team region source browser theme
	seats logins projects age_days invoices score
	admin trial newsletter touch
	company host
	cohort`)

const (
	firstNumber  = 7
	firstTruth   = 13
	firstAddress = 17
	cohortTrait  = 19

	cohorts  = 400
	everyone = 3 // so many surveys want every visitor; the others are narrow
)

// roll gives a number below limit that depends on its arguments alone.
func roll(limit uint64, seeds ...uint64) uint64 {
	x := uint64(0x2545f4914f6cdd1d)
	for _, s := range seeds {
		x += s + 0x9e3779b97f4a7c15
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		x = (x ^ x>>27) * 0x94d049bb133111eb
		x ^= x >> 31
	}
	return x % limit
}

// traitOf is trait t of visitor n.
func traitOf(n, t uint64) contact.Value {
	switch {
	case t == cohortTrait:
		return contact.Value{Type: contact.Integer, Int: int64(roll(cohorts, n, t))}
	case t >= firstAddress:
		first := "bx"[min(roll(10, n, t)/7, 1)]
		return contact.TextValue(string(first) + strconv.FormatUint(roll(1000, n, t, 1), 10) + ".example.com")
	case t >= firstTruth:
		return contact.Value{Type: contact.Boolean, Bool: roll(10, n, t) < 7}
	case t >= firstNumber:
		return contact.Value{Type: contact.Integer, Int: int64(roll(100, n, t))}
	}
	return contact.TextValue("value_" + strconv.FormatUint(roll(10, n, t), 10))
}

func userOf(n uint64) string      { return fmt.Sprintf("user-%07d", n) }
func anonymousOf(n uint64) string { return fmt.Sprintf("anon-%07d", n) }

// surveyID is of survey i in any project.
func surveyID(i int) ident.ID { return ident.Derived(ident.None, "bench survey "+strconv.Itoa(i)) }

// profileOf is what is stored of visitor n: twenty traits, three kinds of
// events, and 0 to 20 surveys seen earlier, 3 on average, all of them narrow.
func profileOf(n uint64, surveys int, project ident.ID, now contact.Micros) *contact.Profile {
	const hour = 3_600_000_000
	id := ident.Derived(project, "user_id:"+userOf(n))
	p := &contact.Profile{
		ID: id, UserID: userOf(n), SamplingID: roll(1<<63, n, 99), Traits: make(contact.Traits, len(traitNames)),
		FirstSeen: now - 400*hour, LastSeen: now - hour/60, SessionStart: now - hour/2, Sessions: 12,
		Locale: "en-GB", Device: "desktop", Page: "https://app.example.com/plan", Installation: "npm",
		Events: map[string]*contact.EventCount{}, Surveys: map[ident.ID]*contact.SurveyTally{},
	}
	for t, name := range traitNames {
		p.Traits[name] = traitOf(n, uint64(t))
	}
	for e := range uint64(3) {
		p.Events[eventName(e)] = &contact.EventCount{
			Count: int(e + 4), First: now - 300*hour, Last: now - 2*hour,
			Days: []contact.DayCount{{Day: 20_000, N: 2}, {Day: 20_007, N: int32(e + 2)}},
		}
	}
	for _, s := range seenBefore(n, surveys) {
		p.Surveys[surveyID(s)] = &contact.SurveyTally{Views: 1, FirstSeen: now - 200*hour, LastSeen: now - 200*hour}
		p.Views++
	}
	p.LastView = now - 200*hour
	return p
}

func eventName(e uint64) string { return [...]string{"saved", "exported", "invited"}[e%3] }

// seenBefore lists the surveys that visitor n saw earlier.
func seenBefore(n uint64, surveys int) []int {
	many := min(roll(5, n, 50), roll(21, n, 51))
	if roll(10, n, 52) == 0 {
		many = roll(21, n, 53)
	}
	seen := map[int]bool{}
	var list []int
	for k := range many {
		s := everyone + int(roll(uint64(surveys-everyone), n, 60+k))
		if !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	return list
}

// condition is one comparison of a survey with a visitor's trait.
type condition struct {
	trait uint64
	op    string
	text  []string
	n     int64
	truth bool
}

// conditionsOf gives the five conditions of survey i. Each of the first four
// holds for about 70 % of visitors, the fifth for one cohort, so that the
// number of matching surveys stays about three however many there are.
func conditionsOf(i int) []condition {
	if i < everyone {
		var all []condition
		for t := range uint64(5) {
			all = append(all, condition{trait: firstNumber + (t+uint64(i))%6, op: ">=", n: 0})
		}
		return all
	}
	var all []condition
	for k := range uint64(4) {
		all = append(all, commonCondition(roll(cohortTrait, uint64(i), k), uint64(i)))
	}
	return append(all, condition{trait: cohortTrait, op: "=", n: int64(roll(cohorts, uint64(i), 9))})
}

func commonCondition(trait, i uint64) condition {
	c := condition{trait: trait}
	switch {
	case trait >= firstAddress:
		c.op, c.text = "starts_with", []string{"b"}
	case trait >= firstTruth:
		c.op, c.truth = "is", true
	case trait >= firstNumber:
		c.op, c.n = ">=", int64(26+roll(8, i, trait))
	default:
		c.op = "is_one_of"
		for v := range uint64(7) {
			c.text = append(c.text, "value_"+strconv.FormatUint((v+roll(10, i, trait))%10, 10))
		}
	}
	return c
}

// sampled tells whether survey i is for half of the visitors only.
func sampled(i int) bool { return i >= everyone && i%2 == 0 }

// surveysOf gives the first n surveys as they are stored.
func surveysOf(n int, now time.Time) ([]survey.Survey, error) {
	all := make([]survey.Survey, n)
	for i := range all {
		s := survey.Survey{ID: surveyID(i), Key: fmt.Sprintf("survey-%04d", i), Name: fmt.Sprintf("Survey %d", i), CreatedAt: now}
		s.Draft = definitionOf(i)
		if _, err := s.Publish(now.Add(time.Duration(i) * time.Millisecond)); err != nil {
			return nil, err
		}
		all[i] = s
	}
	return all, nil
}

func definitionOf(i int) survey.Definition {
	d := survey.Definition{Elements: []survey.Element{
		{ID: "recommend", Type: "nps", Question: "How likely are you to recommend us?", Required: true, Options: &survey.NPS{}},
		{ID: "why", Type: "long_text", Question: "What is the reason?", Options: &survey.LongText{}},
		{ID: "thanks", Type: "thank_you", Question: "Thank you", Options: &survey.ThankYou{}},
	}}
	for _, c := range conditionsOf(i) {
		d.Audience.Conditions.All = append(d.Audience.Conditions.All, segment.Condition{Leaf: c.leaf()})
	}
	if sampled(i) {
		half := 50.0
		d.Audience.Sample = &half
	}
	d.Trigger = survey.Trigger{Type: "event", Event: eventName(uint64(i))}
	d.Pages.Exclude = []survey.PageRule{{Op: "path_starts_with", Value: "/checkout"}}
	return d
}

func (c condition) leaf() *segment.Leaf {
	l := &segment.Leaf{Source: segment.FromTrait, Name: traitNames[c.trait], Op: c.op}
	switch {
	case c.text != nil:
		for _, t := range c.text {
			l.Operands = append(l.Operands, contact.TextValue(t))
		}
	case c.op == "is":
		l.Operands = []contact.Value{{Type: contact.Boolean, Bool: c.truth}}
	default:
		l.Operands = []contact.Value{{Type: contact.Integer, Int: c.n}}
	}
	return l
}
