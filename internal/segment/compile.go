package segment

import (
	"time"

	"earshot/internal/contact"
)

// Subject is what a condition is asked about. What a source needs that is not
// there (no profile, no account) is simply not set.
type Subject struct {
	Profile *contact.Profile // nil: nobody known
	Account *contact.Account // nil: no account
	Now     time.Time
	Zone    *time.Location // of the project, for counting days; nil is UTC

	// Anonymous says that the visitor does not say who they are just now, though
	// the contact may be known: no trait and no answer is used.
	Anonymous bool

	properties contact.Traits // of the event that a where is asked about
}

// Check tells whether a condition holds. It allocates nothing, changes nothing
// and may be used by many at once.
type Check func(s *Subject) bool

// Compile makes a condition ready to be asked often. It fails with the fault
// condition_invalid if the condition breaks a rule that Decode would refuse, or
// leads to segments that lead back to themselves or to too much. What it names
// that is not there, nobody has met and nobody is in.
func Compile(c Condition, names Names) (Check, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := resolve(&c, names, "", false); err != nil {
		return nil, err
	}
	return c.build(names), nil
}

func (c *Condition) build(names Names) Check {
	switch {
	case c.Leaf != nil:
		return c.Leaf.build(names)
	case c.Not != nil:
		inner := c.Not.build(names)
		return func(s *Subject) bool { return !inner(s) }
	case c.Any != nil:
		return some(c.Any, names, true)
	case c.All != nil:
		return some(c.All, names, false)
	}
	return func(*Subject) bool { return true }
}

// some stops at the first condition that answers what decides the group: true
// for any, false for all.
func some(conditions []Condition, names Names, decides bool) Check {
	checks := make([]Check, len(conditions))
	for i := range conditions {
		checks[i] = conditions[i].build(names)
	}
	return func(s *Subject) bool {
		for _, holds := range checks {
			if holds(s) == decides {
				return decides
			}
		}
		return !decides
	}
}

func (l *Leaf) build(names Names) Check {
	switch l.Source {
	case FromMeta:
		return l.buildMeta()
	case FromEvent:
		return l.buildEvent()
	case FromSurvey:
		return l.buildSurvey(names)
	case FromAnswer:
		return l.buildAnswer(names)
	case FromSegment:
		return l.buildSegment(names)
	}
	return l.buildNamed()
}
