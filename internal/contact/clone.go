package contact

import (
	"maps"
	"slices"

	"earshot/internal/ident"
)

// Clone gives a copy that shares nothing with p and may be changed.
func (p *Profile) Clone() *Profile {
	if p == nil {
		return nil
	}
	c := *p
	c.Traits = maps.Clone(p.Traits)
	c.RecentViews = slices.Clone(p.RecentViews)
	c.SessionEvents = maps.Clone(p.SessionEvents)
	c.Answers = maps.Clone(p.Answers)
	c.later = slices.Clone(p.later)
	if p.Derived != nil {
		c.Derived = make(map[string]*DerivedCount, len(p.Derived))
		for key, count := range p.Derived {
			own := *count
			own.Days = slices.Clone(count.Days)
			c.Derived[key] = &own
		}
	}
	if p.Events != nil {
		c.Events = make(map[string]*EventCount, len(p.Events))
		for name, count := range p.Events {
			own := *count
			own.Days = slices.Clone(count.Days)
			c.Events[name] = &own
		}
	}
	if p.Surveys != nil {
		c.Surveys = make(map[ident.ID]*SurveyTally, len(p.Surveys))
		for survey, tally := range p.Surveys {
			own := *tally
			c.Surveys[survey] = &own
		}
	}
	return &c
}

// Clone gives a copy that shares nothing with a and may be changed.
func (a *Account) Clone() *Account {
	if a == nil {
		return nil
	}
	c := *a
	c.Traits = maps.Clone(a.Traits)
	c.later = slices.Clone(a.later)
	return &c
}
