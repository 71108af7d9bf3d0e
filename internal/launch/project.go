package launch

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// Project is an immutable snapshot of a project's surveys, ready to decide.
// It is safe for any number of goroutines. When settings or surveys change,
// compile a new one and replace the old as a whole.
type Project struct {
	source  team.Project
	zone    *time.Location
	live    []*compiled // published, by precedence
	byID    map[ident.ID]*compiled
	byKey   map[string]*compiled
	missing *compiled       // stands for every reference that leads nowhere
	parts   []segment.Check // distinct conditions of all surveys
	names   segment.Names   // what conditions speak of
	derived map[string][]segment.Derived
}

// Compile makes the snapshot. Published surveys decide by their publication;
// drafts and archived ones are kept so that the reason can name their state.
// It keeps the surveys; they must not be changed afterwards.
func Compile(source team.Project, surveys []survey.Survey) *Project {
	p := &Project{
		source: source,
		zone:   zoneOf(source.Settings),
		byID:   make(map[ident.ID]*compiled, len(surveys)),
		byKey:  make(map[string]*compiled, len(surveys)),
		names:  survey.Names(surveys),
	}
	c := compiler{project: p, parts: map[string]int{}}
	p.missing = c.compile(&survey.Survey{})
	for i := range surveys {
		s := c.compile(&surveys[i])
		p.byID[s.id], p.byKey[s.key] = s, s
		if isLive(s.source) {
			p.live = append(p.live, s)
		}
	}
	slices.SortFunc(p.live, precedes)
	p.derived = p.derive()
	return p
}

// derive gathers the conditions on properties of events that published surveys
// ask about, by event. Those beyond the limit are not counted, so that nobody
// meets them; saving refuses them.
func (p *Project) derive() map[string][]segment.Derived {
	derived, seen := map[string][]segment.Derived{}, map[string]bool{}
	for _, s := range p.live {
		if s.broken {
			continue
		}
		for _, d := range segment.Derive(s.def.Audience.Conditions, p.names) {
			if !seen[d.Key] && len(seen) < segment.MaxDerived {
				seen[d.Key] = true
				derived[d.Event] = append(derived[d.Event], d)
			}
		}
	}
	return derived
}

// Derived lists, by event, what has to be counted about its properties for
// decisions to be exact: see contact.DerivedCount. It must not be changed.
func (p *Project) Derived() map[string][]segment.Derived { return p.derived }

// Source is the project this was compiled from.
func (p *Project) Source() team.Project { return p.source }

// Zone is the project's time zone; UTC if its name is not known here.
func (p *Project) Zone() *time.Location { return p.zone }

// Survey finds a survey of any status by uuid or key. It must not be changed.
func (p *Project) Survey(ref string) (s *survey.Survey, ok bool) {
	c := p.find(ref)
	if c == p.missing {
		return nil, false
	}
	return c.source, true
}

// Live lists the published surveys, the one that takes precedence first. They
// must not be changed.
func (p *Project) Live() []*survey.Survey {
	all := make([]*survey.Survey, len(p.live))
	for i, s := range p.live {
		all[i] = s.source
	}
	return all
}

// find gives the survey that ref names by uuid or key, or the missing one.
func (p *Project) find(ref string) *compiled {
	if s, ok := p.byKey[ref]; ok {
		return s
	}
	if id, err := ident.Parse(ref); err == nil {
		if s, ok := p.byID[id]; ok {
			return s
		}
	}
	return p.missing
}

// NeededCounts lists the counters that Arm and Explain compare with limits:
// none unless a published survey or the project has a limit over all contacts.
func (p *Project) NeededCounts() []Need {
	var needs []Need
	for _, s := range p.live {
		needs = append(needs, s.needs()...)
	}
	return append(needs, p.needs()...)
}

// NeededFor lists the counters that a Claim of this survey compares.
func (p *Project) NeededFor(ref string) []Need {
	return append(p.find(ref).needs(), p.needs()...)
}

func (p *Project) needs() []Need {
	return throttleNeeds(ident.None, p.source.Settings.Throttle)
}

func (s *compiled) needs() []Need {
	needs := throttleNeeds(s.id, s.def.Limits.Throttle)
	if s.def.Limits.Responses > 0 {
		needs = append(needs, Need{Survey: s.id, What: Responses})
	}
	return needs
}

func throttleNeeds(id ident.ID, t survey.Throttle) []Need {
	var needs []Need
	if throttlesViews(t) {
		needs = append(needs, viewsNeed(id, t))
	}
	if throttlesResponses(t) {
		needs = append(needs, responsesNeed(id, t))
	}
	return needs
}

// A throttle without a time frame is none.
func throttlesViews(t survey.Throttle) bool     { return t.Views > 0 && t.Per > 0 }
func throttlesResponses(t survey.Throttle) bool { return t.Responses > 0 && t.Per > 0 }

func viewsNeed(id ident.ID, t survey.Throttle) Need {
	return Need{Survey: id, What: Views, Per: t.Per.Duration()}
}

func responsesNeed(id ident.ID, t survey.Throttle) Need {
	return Need{Survey: id, What: Responses, Per: t.Per.Duration()}
}

func isLive(s *survey.Survey) bool {
	return s.Status == survey.Published && s.Publication != nil
}

// precedes orders by precedence: higher priority, then earlier first
// publication, then smaller uuid.
func precedes(a, b *compiled) int {
	return cmp.Or(
		cmp.Compare(b.def.Priority, a.def.Priority),
		a.source.Publication.FirstAt.Compare(b.source.Publication.FirstAt),
		bytes.Compare(a.id[:], b.id[:]),
	)
}

func zoneOf(s team.Settings) *time.Location {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
