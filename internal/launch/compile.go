package launch

import (
	"time"

	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/survey"
)

// compiled is one survey with everything worked out that does not depend on
// the visitor.
type compiled struct {
	// These are read for every survey in every decision; standing together
	// they share one line of the processor's cache.
	gates   gateSet // those that can fail for this survey; the others are not even asked
	quiet   bool    // never launches by itself
	tracked bool    // its trigger counts from entering the audience
	broken  bool    // a condition does not compile: nobody matches
	parts   []int   // conditions, as indexes into Project.parts; all must hold
	salt    uint64  // of the sample
	share   float64 // of contacts in the sample, 0..1

	id     ident.ID
	key    string
	source *survey.Survey
	def    *survey.Definition

	repeat  string // once, trigger, session, every
	allow   PageMatcher
	exclude PageMatcher

	trigger *triggerKind
	pages   PageMatcher   // trigger page
	within  time.Duration // trigger event: how long an event counts; 0: not by time
	entry   Entry         // what the client gets before the trigger has fired
}

// compiler compiles the surveys of one project.
type compiler struct {
	project *Project
	parts   map[string]int // spelling of a condition -> its index in Project.parts
}

func (c *compiler) compile(source *survey.Survey) *compiled {
	s := &compiled{source: source, id: source.ID, key: source.Key}
	s.def = &source.Draft
	if source.Publication != nil && source.Status != survey.Draft {
		s.def = &source.Publication.Definition
	}
	c.conditions(s, s.def.Audience.Conditions)
	s.salt = saltOf(s.id, s.def.Audience.Group)
	s.share = shareOf(s.def.Audience)
	s.allow = CompilePages(s.def.Pages.Allow)
	s.exclude = CompilePages(s.def.Pages.Exclude)
	s.compileTrigger()
	s.repeat = repeatOf(s)
	s.entry = entryOf(s)
	for i := range gates {
		if gates[i].applies(c.project, s) {
			s.gates |= 1 << i
		}
	}
	return s
}

// conditions splits a top-level "all" into its parts, so that a condition
// which many surveys share is evaluated once for all of them.
func (c *compiler) conditions(s *compiled, whole segment.Condition) {
	if whole.IsZero() {
		return
	}
	if _, err := segment.Compile(whole, c.project.names); err != nil {
		s.broken = true
		return
	}
	nodes := whole.All
	if nodes == nil {
		nodes = []segment.Condition{whole}
	}
	for _, node := range nodes {
		i, err := c.part(node)
		if err != nil {
			s.broken = true
			return
		}
		s.parts = append(s.parts, i)
	}
}

// part finds a condition among those compiled already, or compiles it.
func (c *compiler) part(node segment.Condition) (index int, err error) {
	spelling := string(node.AppendSpelling(nil))
	if i, ok := c.parts[spelling]; ok {
		return i, nil
	}
	check, err := segment.Compile(node, c.project.names)
	if err != nil {
		return 0, err
	}
	i := len(c.project.parts)
	c.project.parts = append(c.project.parts, check)
	c.parts[spelling] = i
	return i, nil
}
