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
}

// Check tells whether a condition holds. It allocates nothing, changes nothing
// and may be used by many at once.
type Check func(s *Subject) bool

// Compile makes a condition ready to be asked often. It fails with the fault
// condition_invalid if the condition breaks a rule that Decode would refuse.
func Compile(c Condition) (Check, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return c.build(), nil
}

func (c *Condition) build() Check {
	switch {
	case c.Leaf != nil:
		return c.Leaf.build()
	case c.Not != nil:
		inner := c.Not.build()
		return func(s *Subject) bool { return !inner(s) }
	case c.Any != nil:
		return some(c.Any, true)
	case c.All != nil:
		return some(c.All, false)
	}
	return func(*Subject) bool { return true }
}

// some stops at the first condition that answers what decides the group: true
// for any, false for all.
func some(conditions []Condition, decides bool) Check {
	checks := make([]Check, len(conditions))
	for i := range conditions {
		checks[i] = conditions[i].build()
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

func (l *Leaf) build() Check {
	op := operatorNamed(l.Op)
	source, name, missing, holds := l.Source, l.Name, op.missing, op.build(l)
	return func(s *Subject) bool {
		v, there := s.traits(source)[name]
		if !there {
			return missing
		}
		return holds(v, s)
	}
}

func (s *Subject) traits(source Source) contact.Traits {
	switch {
	case source == FromTrait && s.Profile != nil:
		return s.Profile.Traits
	case source == FromAccountTrait && s.Account != nil:
		return s.Account.Traits
	}
	return nil
}
