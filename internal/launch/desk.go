package launch

import (
	"sync"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/survey"
)

// desk is where one visitor is decided on: what is known, laid out once for
// all surveys. Desks are reused, so a decision allocates nothing.
type desk struct {
	p   *Project
	how Launch
	v   Visitor
	c   Context
	now contact.Micros

	profile *contact.Profile // never nil
	subject segment.Subject

	met    ident.ID // survey that tally belongs to
	tally  *contact.SurveyTally
	checks []answer // of Project.parts
}

// answer is the memory of a condition that many surveys share.
type answer uint8

const (
	unasked answer = iota
	holds
	fails
)

var desks = sync.Pool{New: func() any { return new(desk) }}

// stranger is the profile of somebody who was never seen.
var stranger contact.Profile

// untouched is the tally of a survey that was never met.
var untouched contact.SurveyTally

func open(p *Project, how Launch, v Visitor, c Context) *desk {
	d := desks.Get().(*desk)
	d.p, d.how, d.v, d.c, d.now = p, how, v, c, contact.At(c.Now)
	if d.c.Channel == "" {
		d.c.Channel = survey.Widget
	}
	d.profile = v.Profile
	if d.profile == nil {
		d.profile = &stranger
	}
	if d.v.SamplingID == 0 {
		d.v.SamplingID = d.profile.SamplingID
	}
	// In anonymous mode nobody may be targeted by what was learnt while they
	// were signed in.
	d.subject = segment.Subject{Profile: d.profile, Account: v.Account, Now: c.Now, Zone: p.zone, Anonymous: v.Anonymous}
	if cap(d.checks) < len(p.parts) {
		d.checks = make([]answer, len(p.parts))
	}
	d.checks = d.checks[:len(p.parts)]
	clear(d.checks)
	return d
}

func (d *desk) close() {
	*d = desk{checks: d.checks}
	desks.Put(d)
}

// history is what this contact and this survey have been through.
func (d *desk) history(s *compiled) *contact.SurveyTally {
	if d.tally == nil || d.met != s.id {
		d.met, d.tally = s.id, d.profile.Surveys[s.id]
		if d.tally == nil {
			d.tally = &untouched
		}
	}
	return d.tally
}

func (d *desk) count(n Need) int {
	if d.c.Counts == nil {
		return 0
	}
	return d.c.Counts(n)
}

// byLink tells that the person opened the survey's own page. That is their
// doing: it interrupts nobody, and there is no page of the product around it.
func (d *desk) byLink() bool { return d.c.Channel == survey.Page }
