package contact

import (
	"maps"
	"slices"
)

// Merge makes an anonymous contact part of the one it turned out to be, and
// tells whether it did. It refuses, changing nothing, when from was identified
// itself (two known people never mix) or is the same contact: so a merge may be
// asked for again. from is left as it is, and shares nothing with into afterwards.
//
// Everything that was counted adds up; first moments take the earlier one, last
// moments the later one. Traits, account and sampling id of into stay, and
// those of from fill the gaps. What is known of the last visit (country, page, and
// so on) is of whoever was seen last.
func Merge(into, from *Profile) bool {
	if from.Identified() || into.ID == from.ID {
		return false
	}
	mergeLastVisit(into, from)
	mergeSurveys(into, from)
	mergeAnswers(into, from)
	mergeSessionEvents(into, from)
	mergeSessions(into, from) // after those above, which need both sessions as they were
	mergeEvents(into, from)
	mergeTraits(into, from)
	if into.Account.IsZero() {
		into.Account = from.Account
	}
	if into.SamplingID == 0 {
		into.SamplingID = from.SamplingID
	}
	return true
}

func mergeLastVisit(into, from *Profile) {
	newer, older := into, from
	if from.LastSeen > into.LastSeen {
		newer, older = from, into
	}
	into.Country = firstText(newer.Country, older.Country)
	into.Locale = firstText(newer.Locale, older.Locale)
	into.Device = firstText(newer.Device, older.Device)
	into.Page = firstText(newer.Page, older.Page)
	into.Installation = firstText(newer.Installation, older.Installation)
}

// mergeSessions adds the sessions. Each stays counted, also when two devices
// were used at once: they were sessions when they happened.
func mergeSessions(into, from *Profile) {
	into.SessionStart = joinedSession(into, from)
	into.Sessions += from.Sessions
	into.FirstSeen = earliest(into.FirstSeen, from.FirstSeen)
	into.LastSeen = max(into.LastSeen, from.LastSeen)
}

// overlapping tells whether the last sessions of both are one from now on,
// because neither of them was over when the other was last seen.
func overlapping(a, b *Profile) bool {
	apart := max(a.LastSeen, b.LastSeen) - min(a.LastSeen, b.LastSeen)
	return a.SessionStart != 0 && b.SessionStart != 0 && apart < Micros(SessionGap.Microseconds())
}

func joinedSession(a, b *Profile) Micros {
	if overlapping(a, b) {
		return min(a.SessionStart, b.SessionStart)
	}
	return max(a.SessionStart, b.SessionStart)
}

// mergeSurveys adds the survey history. A survey seen in either of two
// sessions that become one was seen in that one, or "once per session" would
// show it again.
func mergeSurveys(into, from *Profile) {
	start := joinedSession(into, from)
	joined := func(p *Profile, last Micros) Micros {
		if last != 0 && last == p.SessionStart && overlapping(into, from) {
			return start
		}
		return last
	}
	for _, t := range into.Surveys {
		t.LastSession = joined(into, t.LastSession)
	}
	for survey, t := range from.Surveys {
		moved := *t
		moved.LastSession = joined(from, t.LastSession)
		into.tally(survey).add(moved)
	}
	into.Views += from.Views
	into.Responses += from.Responses
	into.LastView = max(into.LastView, from.LastView)
	into.LastResponse = max(into.LastResponse, from.LastResponse)
	if len(from.RecentViews) > 0 {
		into.addRecentViews(from.RecentViews...)
	}
}

func (t *SurveyTally) add(o SurveyTally) {
	t.Views += o.Views
	t.FirstSeen = earliest(t.FirstSeen, o.FirstSeen)
	t.LastSeen = max(t.LastSeen, o.LastSeen)
	t.Answered += o.Answered
	t.LastAnswered = max(t.LastAnswered, o.LastAnswered)
	t.Completed += o.Completed
	t.LastCompleted = max(t.LastCompleted, o.LastCompleted)
	t.Dismissed += o.Dismissed
	t.LastDismissed = max(t.LastDismissed, o.LastDismissed)
	t.LastSession = max(t.LastSession, o.LastSession)
	t.Entered = earliest(t.Entered, o.Entered)
}

func mergeEvents(into, from *Profile) {
	if into.Events == nil && len(from.Events) > 0 {
		into.Events = make(map[string]*EventCount, len(from.Events))
	}
	for name, count := range from.Events {
		if into.Events[name] == nil {
			into.Events[name] = &EventCount{}
		}
		into.Events[name].add(*count)
	}
	mergeDerived(into, from)
	into.boundEvents("")
}

// mergeSessionEvents adds what happened in sessions that become one; of two that
// stay apart only the later one goes on.
func mergeSessionEvents(into, from *Profile) {
	switch {
	case overlapping(into, from) || into.SessionStart == from.SessionStart:
		for key, n := range from.SessionEvents {
			if into.SessionEvents == nil {
				into.SessionEvents = map[string]int{}
			}
			into.SessionEvents[key] += n
		}
	case from.SessionStart > into.SessionStart:
		into.SessionEvents = maps.Clone(from.SessionEvents)
	}
}

// mergeTraits fills gaps in the order of names, as far as MaxTraits allows.
func mergeTraits(into, from *Profile) {
	if into.Traits == nil && len(from.Traits) > 0 {
		into.Traits = make(Traits, len(from.Traits))
	}
	for _, name := range slices.Sorted(maps.Keys(from.Traits)) {
		if _, there := into.Traits[name]; !there && len(into.Traits) < MaxTraits {
			into.Traits[name] = from.Traits[name]
		}
	}
}
