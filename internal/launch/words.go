package launch

import (
	"fmt"
	"strings"
	"time"

	"earshot/internal/contact"
	"earshot/internal/survey"
)

// What each gate compares, in words. These run only for an explanation.

func wordsFound(*desk, *compiled) string { return "no survey of this uuid or key" }

func wordsStatus(_ *desk, s *compiled) string { return "status " + string(s.source.Status) }

func wordsChannel(d *desk, s *compiled) string {
	return fmt.Sprintf("on %s; offered on %s", d.c.Channel, list(s.def.Channels))
}

func wordsIdentity(d *desk, _ *compiled) string {
	switch {
	case d.v.Anonymous:
		return "verified identity required; the visitor is anonymous"
	case d.v.Verified:
		return "verified identity required; the user id is verified"
	case d.v.BadSignature:
		return "verified identity required; a signature was given"
	}
	return "verified identity required; no signature was given"
}

func wordsSignature(d *desk, _ *compiled) string {
	if d.v.BadSignature {
		return "the signature is wrong"
	}
	return "the signature is right"
}

func wordsStart(_ *desk, s *compiled) string {
	return "starts " + s.def.Schedule.Start.UTC().Format(time.RFC3339)
}

func wordsEnd(_ *desk, s *compiled) string {
	return "ends " + s.def.Schedule.End.UTC().Format(time.RFC3339)
}

func wordsResponses(d *desk, s *compiled) string {
	return fmt.Sprintf("%d responses of at most %d", d.responses(s), s.def.Limits.Responses)
}

func wordsWho(d *desk, s *compiled) string {
	who := "anonymous"
	if d.identified() {
		who = "identified"
	}
	return fmt.Sprintf("%s; wants %s", who, s.def.Audience.Who)
}

// wordsConditions gives away neither what is compared nor what was found:
// visitors may read it. Step.Leaves has that.
func wordsConditions(d *desk, s *compiled) string {
	if s.broken {
		return "the conditions cannot be read, so nobody meets them"
	}
	leaves, hold := d.leaves(s), 0
	for _, l := range leaves {
		if l.Holds {
			hold++
		}
	}
	return fmt.Sprintf("%d of %d comparisons hold", hold, len(leaves))
}

func wordsCountry(d *desk, s *compiled) string {
	return fmt.Sprintf("%s; wants %s", orUnknown(d.c.Country), list(s.def.Audience.Countries))
}

func wordsLanguage(d *desk, s *compiled) string {
	return fmt.Sprintf("%s; wants %s", orUnknown(d.c.Locale), list(s.def.Audience.Languages))
}

func wordsDevice(d *desk, s *compiled) string {
	return fmt.Sprintf("%s; wants %s", orUnknown(d.c.Device), list(s.def.Audience.Devices))
}

func wordsSample(d *desk, s *compiled) string {
	return fmt.Sprintf("drew %.4f; wants below %g", placeOf(d.v.SamplingID, s.salt), s.share)
}

func wordsCompleted(d *desk, s *compiled) string {
	t := d.history(s)
	return fmt.Sprintf("completed %s%s", times(t.Completed), ago(d, t.LastCompleted)) + d.linkNote()
}

func wordsDismissed(d *desk, s *compiled) string {
	t := d.history(s)
	return fmt.Sprintf("dismissed %s%s%s", times(t.Dismissed), ago(d, t.LastDismissed), followUpNote(d, s)) + d.linkNote()
}

func wordsSeen(d *desk, s *compiled) string {
	t := d.history(s)
	return fmt.Sprintf("seen %s%s%s", times(t.Views), ago(d, t.LastSeen), followUpNote(d, s)) + d.linkNote()
}

func followUpNote(d *desk, s *compiled) string {
	f := s.def.Recurrence.FollowUp
	due := followUpDue(d, s)
	switch {
	case f == nil || d.history(s).Views == 0:
		return ""
	case due == 0:
		return "; no follow-up left"
	}
	return "; follow-up due " + moment(due)
}

func wordsRecurrence(d *desk, s *compiled) string {
	t := d.history(s)
	switch {
	case t.Views == 0:
		return "never seen"
	case s.repeat == repeatSession && t.LastSession == d.profile.SessionStart:
		return "once a session; seen in this one" + d.linkNote()
	case s.repeat == repeatSession:
		return "once a session; not seen in this one"
	}
	return fmt.Sprintf("every %s; seen%s; due %s", s.def.Recurrence.Every, ago(d, t.LastSeen), moment(nextRun(d, s))) + d.linkNote()
}

func wordsRecurrenceEnd(d *desk, s *compiled) string {
	t := d.history(s)
	if t.Views == 0 {
		return "never seen"
	}
	return fmt.Sprintf("for %s from %s", s.def.Recurrence.For, moment(t.FirstSeen)) + d.linkNote()
}

func wordsContactCap(d *desk, s *compiled) string {
	t, l := d.history(s), s.def.Limits
	return fmt.Sprintf("%s, %s", ofAtMost(t.Views, l.ViewsPerContact, "views"), ofAtMost(t.Completed, l.ResponsesPerContact, "responses"))
}

func wordsSurveyThrottle(d *desk, s *compiled) string { return d.throttle(s, s.def.Limits.Throttle) }

func wordsProjectThrottle(d *desk, _ *compiled) string {
	return d.throttle(d.p.missing, d.p.source.Settings.Throttle)
}

func (d *desk) throttle(s *compiled, t survey.Throttle) string {
	var parts []string
	if throttlesViews(t) {
		parts = append(parts, ofAtMost(d.count(viewsNeed(s.id, t)), t.Views, "views"))
	}
	if throttlesResponses(t) {
		parts = append(parts, ofAtMost(d.count(responsesNeed(s.id, t)), t.Responses, "responses"))
	}
	return fmt.Sprintf("%s within %s", strings.Join(parts, ", "), t.Per)
}

func wordsContactThrottle(d *desk, _ *compiled) string {
	c := d.p.source.Settings.PerContact
	return ofAtMost(d.recentViews(), c.Surveys, "surveys") + " within " + c.Per.String() + d.linkNote()
}

func wordsAllowed(d *desk, s *compiled) string {
	return fmt.Sprintf("on %s; allowed: %s", orUnknown(d.c.URL), pageList(s.def.Pages.Allow)) + d.linkNote()
}

func wordsExcluded(d *desk, s *compiled) string {
	return fmt.Sprintf("on %s; excluded: %s", orUnknown(d.c.URL), pageList(s.def.Pages.Exclude)) + d.linkNote()
}

// What each trigger waits for.

func wordsImmediately(*desk, *compiled) string { return "immediately" }

func wordsManual(*desk, *compiled) string {
	return "launched only by showForm, a link or the feedback tab"
}

func wordsDelay(d *desk, s *compiled) string {
	since := s.def.Trigger.Since
	if since == "" {
		since = "session"
	}
	return fmt.Sprintf("%s after %s; due %s", s.def.Trigger.After, strings.ReplaceAll(since, "_", " "), moment(delayDue(d, s)))
}

func wordsTriggerPage(d *desk, s *compiled) string {
	return fmt.Sprintf("on %s; fires on %s", orUnknown(d.c.URL), pageList(s.def.Trigger.Pages))
}

func wordsEvent(d *desk, s *compiled) string {
	within := s.def.Trigger.Within
	if within == "" {
		within = "page"
	}
	text := fmt.Sprintf("event %q, within %s", s.def.Trigger.Event, within)
	if e := d.profile.Events[s.def.Trigger.Event]; e != nil {
		return text + "; last" + ago(d, e.Last)
	}
	return text + "; never happened"
}

// Small words.

// linkNote says why rules about interrupting somebody do not hold a link up.
func (d *desk) linkNote() string {
	if d.byLink() {
		return "; opened by link"
	}
	return ""
}

func list[T ~string](items []T) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = string(item)
	}
	return strings.Join(words, ", ")
}

func pageList(rules []survey.PageRule) string {
	words := make([]string, len(rules))
	for i, r := range rules {
		words[i] = r.Op + " " + r.Value
	}
	return strings.Join(words, " or ")
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func ofAtMost(n, limit int, what string) string {
	if limit <= 0 {
		return fmt.Sprintf("%d %s, no limit", n, what)
	}
	return fmt.Sprintf("%d %s of at most %d", n, what, limit)
}

func moment(at contact.Micros) string {
	if at == 0 {
		return "unknown"
	}
	return at.Time().Format(time.RFC3339)
}

func ago(d *desk, at contact.Micros) string {
	if at == 0 {
		return ""
	}
	return fmt.Sprintf(" %s ago", (time.Duration(d.now-at) * time.Microsecond).Truncate(time.Second))
}
