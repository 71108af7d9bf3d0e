package launch

import (
	"earshot/internal/contact"
	"earshot/internal/survey"
)

// What was shown before, to this contact and to everybody.

// How often a survey may come back to the same contact.
const (
	repeatOnce    = "once"
	repeatTrigger = "trigger"
	repeatSession = "session"
	repeatEvery   = "every"
)

// repeatOf reads the recurrence. A trigger whose moment does not come back
// (immediately, delay) cannot be "on each trigger"; it then means once a
// session, or the survey would return the moment it is closed.
func repeatOf(s *compiled) string {
	switch repeat := s.def.Recurrence.Repeat; repeat {
	case repeatSession, repeatEvery:
		return repeat
	case repeatTrigger:
		if s.trigger.lasts {
			return repeatSession
		}
		return repeat
	}
	return repeatOnce
}

// One response per contact, unless the survey recurs.

func asksOnce(_ *Project, s *compiled) bool { return s.repeat == repeatOnce }

func notCompleted(d *desk, s *compiled) bool {
	return d.byLink() || d.history(s).Completed == 0
}

func notDismissed(d *desk, s *compiled) bool {
	return d.byLink() || d.history(s).Dismissed == 0 || d.followsUp(s)
}

func notSeen(d *desk, s *compiled) bool {
	return d.byLink() || d.history(s).Views == 0 || d.followsUp(s)
}

// followsUp tells whether a follow-up is due now.
func (d *desk) followsUp(s *compiled) bool {
	due := followUpDue(d, s)
	return due != 0 && d.now >= due
}

// followUpDue is when a contact who saw the survey and gave no answer, whether
// they closed it or just left, is asked again; 0: never.
func followUpDue(d *desk, s *compiled) contact.Micros {
	t, f := d.history(s), s.def.Recurrence.FollowUp
	if f == nil || t.Answered > 0 || t.Completed > 0 || t.Views-1 >= max(f.Times, 1) {
		return 0
	}
	return after(t.LastSeen, f.After)
}

// Recurrence. Its clock is the contact's own: when they last saw the survey.

func recurs(_ *Project, s *compiled) bool { return s.repeat != repeatOnce && s.repeat != repeatTrigger }

// recurrenceDue leaves a series that ends before its next run to the gate that
// says so.
func recurrenceDue(d *desk, s *compiled) bool {
	t := d.history(s)
	if d.byLink() || t.Views == 0 {
		return true
	}
	if s.repeat == repeatSession {
		return t.LastSession != d.profile.SessionStart
	}
	next := nextRun(d, s)
	return d.now >= next || !beforeEnd(t, s, next)
}

// nextRun is when a survey that comes back at intervals is due again.
func nextRun(d *desk, s *compiled) contact.Micros {
	if s.repeat != repeatEvery {
		return 0
	}
	return after(d.history(s).LastSeen, s.def.Recurrence.Every)
}

func recursFor(_ *Project, s *compiled) bool {
	return s.repeat != repeatOnce && s.def.Recurrence.For > 0
}

func recurrenceRuns(d *desk, s *compiled) bool {
	t := d.history(s)
	return d.byLink() || t.Views == 0 || beforeEnd(t, s, max(d.now, nextRun(d, s)))
}

// beforeEnd tells whether a moment lies within the total time that a survey
// keeps coming back, counted from the first time it was seen.
func beforeEnd(t *contact.SurveyTally, s *compiled, at contact.Micros) bool {
	total := s.def.Recurrence.For
	return total <= 0 || at < after(t.FirstSeen, total)
}

// Caps and throttles.

func capsContact(_ *Project, s *compiled) bool {
	return s.def.Limits.ViewsPerContact > 0 || s.def.Limits.ResponsesPerContact > 0
}

func belowContactCap(d *desk, s *compiled) bool {
	t, l := d.history(s), s.def.Limits
	return below(t.Views, l.ViewsPerContact) && below(t.Completed, l.ResponsesPerContact)
}

func throttlesSurvey(_ *Project, s *compiled) bool { return isThrottle(s.def.Limits.Throttle) }

func belowSurveyThrottle(d *desk, s *compiled) bool {
	return d.belowThrottle(s, s.def.Limits.Throttle)
}

func surveyThrottleDue(d *desk, s *compiled) contact.Micros {
	return after(d.now, s.def.Limits.Throttle.Per)
}

func throttlesProject(p *Project, _ *compiled) bool { return isThrottle(p.source.Settings.Throttle) }

func belowProjectThrottle(d *desk, _ *compiled) bool {
	return d.belowThrottle(d.p.missing, d.p.source.Settings.Throttle)
}

func projectThrottleDue(d *desk, _ *compiled) contact.Micros {
	return after(d.now, d.p.source.Settings.Throttle.Per)
}

func isThrottle(t survey.Throttle) bool { return throttlesViews(t) || throttlesResponses(t) }

// belowThrottle compares the counts of a survey, or with the missing survey's
// id, which is None, those of the whole project.
func (d *desk) belowThrottle(s *compiled, t survey.Throttle) bool {
	if throttlesViews(t) && d.count(viewsNeed(s.id, t)) >= t.Views {
		return false
	}
	return !throttlesResponses(t) || d.count(responsesNeed(s.id, t)) < t.Responses
}

func throttlesContact(p *Project, _ *compiled) bool {
	c := p.source.Settings.PerContact
	return c.Surveys > 0 && c.Per > 0
}

func belowContactThrottle(d *desk, _ *compiled) bool {
	return d.byLink() || d.recentViews() < d.p.source.Settings.PerContact.Surveys
}

// recentViews counts the surveys this contact saw within the project's time
// frame; a view exactly as old as the frame is out of it.
func (d *desk) recentViews() int {
	since := d.now - micros(d.p.source.Settings.PerContact.Per)
	n := 0
	for _, at := range d.profile.RecentViews {
		if at > since {
			n++
		}
	}
	return n
}

// contactThrottleDue is when so many views have left the frame that one more
// fits in.
func contactThrottleDue(d *desk, _ *compiled) contact.Micros {
	c, views := d.p.source.Settings.PerContact, d.profile.RecentViews
	if len(views) < c.Surveys {
		return 0
	}
	return after(views[len(views)-c.Surveys], c.Per)
}

// below compares with a cap; 0 is no cap.
func below(n, limit int) bool { return limit <= 0 || n < limit }

func after(at contact.Micros, s survey.Span) contact.Micros { return at + micros(s) }

func micros(s survey.Span) contact.Micros { return contact.Micros(s.Duration().Microseconds()) }
