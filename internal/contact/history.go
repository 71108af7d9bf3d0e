package contact

import (
	"slices"

	"earshot/internal/ident"
)

// RecordView notes that a survey was shown. Call it once a view.
func (p *Profile) RecordView(survey ident.ID, at Micros) {
	t := p.tally(survey)
	t.Views++
	t.FirstSeen = earliest(t.FirstSeen, at)
	t.LastSeen = max(t.LastSeen, at)
	t.LastSession = max(t.LastSession, p.SessionStart)
	p.Views++
	p.LastView = max(p.LastView, at)
	p.addRecentViews(at)
}

// RecordAnswer notes the first answer within a view. Call it once a view.
func (p *Profile) RecordAnswer(survey ident.ID, at Micros) {
	t := p.tally(survey)
	t.Answered++
	t.LastAnswered = max(t.LastAnswered, at)
}

// RecordComplete notes that a survey was answered to its end. Call it once a response.
func (p *Profile) RecordComplete(survey ident.ID, at Micros) {
	t := p.tally(survey)
	t.Completed++
	t.LastCompleted = max(t.LastCompleted, at)
	p.Responses++
	p.LastResponse = max(p.LastResponse, at)
}

// RecordDismiss notes that a survey was closed unfinished. Call it once a view.
func (p *Profile) RecordDismiss(survey ident.ID, at Micros) {
	t := p.tally(survey)
	t.Dismissed++
	t.LastDismissed = max(t.LastDismissed, at)
}

// Enter notes since when the contact is in a survey's audience; the first
// moment stays. It tells whether that was news.
func (p *Profile) Enter(survey ident.ID, at Micros) bool {
	if t := p.Surveys[survey]; t != nil && t.Entered != 0 {
		return false
	}
	p.tally(survey).Entered = at
	return true
}

// Leave notes that the contact left a survey's audience: the next Enter counts
// from then.
func (p *Profile) Leave(survey ident.ID) {
	if t := p.Surveys[survey]; t != nil {
		t.Entered = 0
	}
}

// tally finds or makes the history with one survey.
func (p *Profile) tally(survey ident.ID) *SurveyTally {
	if p.Surveys == nil {
		p.Surveys = map[ident.ID]*SurveyTally{}
	}
	t := p.Surveys[survey]
	if t == nil {
		t = &SurveyTally{}
		p.Surveys[survey] = t
	}
	return t
}

func (p *Profile) addRecentViews(at ...Micros) {
	p.RecentViews = append(p.RecentViews, at...)
	slices.Sort(p.RecentViews)
	if over := len(p.RecentViews) - MaxRecentViews; over > 0 {
		p.RecentViews = slices.Delete(p.RecentViews, 0, over)
	}
}
