// Package launch decides who sees which survey, when. It is one pure decision
// over a project's compiled surveys, a contact's profile, the visitor's
// circumstances and the moment: no clock, no storage, no HTTP.
//
// There is one table of gates (gates.go) and one walk through it. Arm, Claim
// and Explain differ only in which gates count and in what they keep, so what
// a visitor gets and what the explanation says cannot drift apart.
//
// Rules in words: docs/rules/launch.md. Cases: spec/vectors/launch.json.
package launch

import (
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/survey"
)

// Launch is what makes a survey appear.
type Launch string

// The launches. A manual one (showForm, a link, the feedback tab) passes the
// trigger; a forced one passes every gate that is about targeting.
const (
	ByTrigger Launch = "trigger"
	Manual    Launch = "manual"
	Forced    Launch = "forced"
)

// ParseLaunch reads a launch as it stands on the wire; empty is ByTrigger.
func ParseLaunch(s string) (how Launch, ok bool) {
	switch how := Launch(s); how {
	case "":
		return ByTrigger, true
	case ByTrigger, Manual, Forced:
		return how, true
	}
	return ByTrigger, false
}

// Visitor is who is asking.
type Visitor struct {
	Profile *contact.Profile // nil: never seen before; never changed here
	Account *contact.Account // of the contact, nil: none

	// Anonymous says that the browser is in anonymous mode. If the contact
	// behind it is known, their traits and account are not used and they count
	// as an anonymous visitor; what they saw and completed still counts.
	Anonymous bool

	Verified     bool   // a signature for the contact's user id was checked
	BadSignature bool   // a signature came and was wrong
	SamplingID   uint64 // 0: the profile's own
}

// Context is where and when the visitor is asking.
type Context struct {
	Now     time.Time
	Channel survey.Channel // empty: Widget
	URL     string         // whole address of the page
	Locale  string         // BCP 47
	Country string         // two letters, empty: unknown
	Device  string         // desktop, tablet, mobile
	Event   string         // Claim: the event that fired in the page
	Preview bool           // a member previews: unpublished surveys may be shown
	Debug   bool           // Arm: list manual surveys, too

	// Counts answers what NeededCounts and NeededFor listed. nil: all zero.
	Counts func(Need) int
}

// Need is one counter over all contacts that a decision compares with a limit.
type Need struct {
	Survey ident.ID      // None: over all surveys
	What   string        // Views or Responses
	Per    time.Duration // up to now; 0: since ever
}

// What a Need counts.
const (
	Views     = "views"
	Responses = "responses" // completed ones
)

// Verdict is the decision about one survey.
type Verdict struct {
	Survey    ident.ID // None: there is no such survey
	Key       string
	Granted   bool
	Reason    Reason         // of the first gate that failed, empty when granted
	Due       contact.Micros // when that gate opens by itself; 0: unknown or never
	Inclusion float64        // probability with which this contact is in the sample, 0..1
}

// Message says in a sentence for a developer why the survey is not shown.
func (v Verdict) Message() string {
	switch {
	case v.Granted:
		return "The survey may be shown."
	case v.Due != 0:
		return v.Reason.Message() + " This changes at " + v.Due.Time().Format(time.RFC3339) + "."
	}
	return v.Reason.Message()
}

// Claim decides whether the survey named by its uuid or key may be shown to
// this visitor now. The caller records the view in the same transaction that
// read the profile and the counts; that is what keeps two tabs from both
// being granted. At most one open survey per visitor is the client's concern.
func (p *Project) Claim(ref string, how Launch, v Visitor, c Context) Verdict {
	d := open(p, how, v, c)
	defer d.close()
	s := p.find(ref)
	return d.verdict(s, d.run(s, counting(how)))
}

// verdict puts the outcome of a walk into words for the caller.
func (d *desk) verdict(s *compiled, failed int) Verdict {
	v := Verdict{Survey: s.id, Key: s.key, Granted: failed == allPassed, Inclusion: 1}
	if d.how != Forced { // a forced launch asked no sample
		v.Inclusion = s.share
	}
	if failed == allPassed {
		return v
	}
	g := &gates[failed]
	v.Reason = g.reason
	if g.due != nil {
		v.Due = g.due(d, s)
	}
	return v
}
