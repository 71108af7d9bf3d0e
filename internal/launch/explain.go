package launch

import (
	"fmt"

	"earshot/internal/segment"
)

// Outcome of one gate.
type Outcome string

// The outcomes. Gates behind the first that failed are not reached.
const (
	Passed     Outcome = "passed"
	Failed     Outcome = "failed"
	NotReached Outcome = "not_reached"
)

// Step is one gate in an explanation.
type Step struct {
	Gate    Reason // the reason it gives when it fails
	Outcome Outcome
	Detail  string // the values that were compared, in words

	// Leaves tell of a condition, once it is reached, each comparison with the
	// value that was found. They show what is known about the contact: who may
	// not read that gets the rest.
	Leaves []segment.LeafResult
}

// Explanation is a verdict with the way that led to it.
type Explanation struct {
	Verdict
	Armed  bool   // the visitor's browser has it and waits for page or trigger
	Winner string // key of the survey that takes precedence, if outranked
	Gates  []Step
}

// Explain says for every published survey, best precedence first, what would
// happen if it were claimed now. The first that would be granted outranks the
// others. A survey that is Armed but waits for its page or trigger has the
// reason for that.
func (p *Project) Explain(v Visitor, c Context) []Explanation {
	d := open(p, ByTrigger, v, c)
	defer d.close()
	all := make([]Explanation, len(p.live))
	var winner *compiled
	for i, s := range p.live {
		e := d.explain(s)
		d.rank(&e, s, winner)
		if e.Granted { // only the first: the others were ranked behind it
			winner = s
		}
		all[i] = e
	}
	return all
}

// ExplainOne is Claim with the way that led to its verdict.
func (p *Project) ExplainOne(ref string, how Launch, v Visitor, c Context) Explanation {
	d := open(p, how, v, c)
	defer d.close()
	return d.explain(p.find(ref))
}

// explain walks as a claim does, then tells the walk gate by gate.
func (d *desk) explain(s *compiled) Explanation {
	counts := counting(d.how)
	failed := d.run(s, counts)
	e := Explanation{Verdict: d.verdict(s, failed), Gates: make([]Step, 0, len(gates)+1)}
	e.Armed = s != d.p.missing && isLive(s.source) && d.arms(s)
	for i := range gates {
		if gates[i].reason == SurveyNotFound && s != d.p.missing {
			continue // nothing to tell
		}
		step := Step{Gate: gates[i].reason, Outcome: NotReached}
		switch {
		case failed != allPassed && i > failed:
		case counts&(1<<i) == 0:
			step.Outcome, step.Detail = Passed, fmt.Sprintf("a %s launch passes", d.how)
		case s.gates&(1<<i) == 0:
			step.Outcome, step.Detail = Passed, "no restriction"
		default:
			step.Outcome, step.Detail = Passed, gates[i].words(d, s)
			if i == failed {
				step.Outcome = Failed
			}
			if gates[i].reason == ConditionMismatch {
				step.Leaves = d.leaves(s)
			}
		}
		e.Gates = append(e.Gates, step)
	}
	return e
}

// leaves asks every comparison of a survey's conditions, also those behind the
// first that decides: somebody is looking for the reason.
func (d *desk) leaves(s *compiled) []segment.LeafResult {
	return segment.Explain(s.def.Audience.Conditions, d.p.names, &d.subject)
}

// arms tells whether Arm lists the survey.
func (d *desk) arms(s *compiled) bool {
	if s.quiet && !d.c.Debug || d.run(s, armingGates) != allPassed {
		return false
	}
	_, ok := d.watch(s)
	return ok
}

// rank adds the last line: which survey takes precedence.
func (d *desk) rank(e *Explanation, s, winner *compiled) {
	last := Step{Gate: Outranked, Outcome: NotReached}
	switch {
	case !e.Granted:
	case winner == nil:
		last.Outcome, last.Detail = Passed, "no survey that may be shown takes precedence"
	default:
		last.Outcome, last.Detail = Failed, precedence(winner, s)
		e.Granted, e.Reason, e.Winner = false, Outranked, winner.key
	}
	e.Gates = append(e.Gates, last)
}

// precedence says why one survey goes before another.
func precedence(winner, s *compiled) string {
	switch {
	case winner.def.Priority != s.def.Priority:
		return fmt.Sprintf("%q goes first: priority %d, this one %d", winner.key, winner.def.Priority, s.def.Priority)
	case !winner.source.Publication.FirstAt.Equal(s.source.Publication.FirstAt):
		return fmt.Sprintf("%q goes first: same priority %d, published earlier", winner.key, s.def.Priority)
	}
	return fmt.Sprintf("%q goes first: same priority %d, published at the same moment, smaller uuid", winner.key, s.def.Priority)
}
