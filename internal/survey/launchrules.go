package survey

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// launch checks what says for whom and when: what is malformed, and what is
// well formed but could never work, or never end.
func (p problems) launch(d Definition) {
	p.audience(d.Audience)
	p.trigger(d.Trigger)
	p.pageRules(d.Pages.Allow, "pages.allow")
	p.pageRules(d.Pages.Exclude, "pages.exclude")
	p.add(d.Pages.Delay.Duration() <= 24*time.Hour, "pages.delay", "at most 24h")
	if s := d.Schedule; s.Start != nil && s.End != nil {
		p.add(s.End.After(*s.Start), "schedule.end", "a moment after the start")
	}
	p.recurrence(d.Recurrence, d.Trigger.Type)
	p.limits(d.Limits)
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

func (p problems) audience(a Audience) {
	p.oneOf(a.Who, "audience.who", "everyone", "identified", "anonymous")
	for i, c := range a.Countries {
		p.add(countryForm.MatchString(c), fmt.Sprintf("audience.countries[%d]", i), `two capital letters such as "AT"`)
	}
	for i, l := range a.Languages {
		p.add(languageForm.MatchString(l), fmt.Sprintf("audience.languages[%d]", i), `a language such as "de" or "de-AT"`)
	}
	for i, v := range a.Devices {
		p.add(slices.Contains([]string{"desktop", "tablet", "mobile"}, v), fmt.Sprintf("audience.devices[%d]", i), "desktop, tablet or mobile")
	}
	p.add(a.Sample == nil || *a.Sample >= 0 && *a.Sample <= 100, "audience.sample", "a percentage from 0 to 100")
	p.text(a.Group, "audience.sample_group")
}

func (p problems) trigger(t Trigger) {
	p.oneOf(t.Type, "trigger.type", "immediately", "delay", "page", "event", "manual")
	p.add(t.Type != "delay" || t.After > 0, "trigger.after", "a span such as 10s, because the trigger is a delay")
	p.add(t.After == 0 || t.Type == "delay" || t.Type == "page", "trigger.after", "nothing: only the triggers delay and page wait")
	p.add(t.Since == "" || t.Type == "delay", "trigger.since", "nothing: only the trigger delay counts from a moment")
	p.oneOf(t.Since, "trigger.since", "session", "audience", "first_seen")
	p.add(t.Type != "page" || len(t.Pages) > 0, "trigger.pages", "at least one page, because the trigger is a page")
	p.add(len(t.Pages) == 0 || t.Type == "page", "trigger.pages", "nothing: only the trigger page has pages; to limit pages use pages.allow")
	p.pageRules(t.Pages, "trigger.pages")
	p.add(t.Type != "event" || strings.TrimSpace(t.Event) != "", "trigger.event", "the name of an event, because the trigger is an event")
	p.add(t.Event == "" || t.Type == "event", "trigger.event", "nothing: only the trigger event has one")
	p.text(t.Event, "trigger.event")
	p.add(t.Within == "" || t.Type == "event", "trigger.within", "nothing: only the trigger event has it")
	if t.Within != "" && t.Within != "page" && t.Within != "session" {
		span, err := ParseSpan(t.Within)
		p.add(err == nil && span > 0, "trigger.within", "page, session, or a span such as 30m")
	}
}

var pageOps = []string{"equals", "starts_with", "contains", "matches", "regex"}

func (p problems) pageRules(rules []PageRule, path string) {
	p.add(len(rules) <= 100, path, "at most 100 rules")
	for i, r := range rules {
		at := fmt.Sprintf("%s[%d]", path, i)
		op := strings.TrimPrefix(r.Op, "path_")
		p.add(slices.Contains(pageOps, op), at+".op", "one of "+strings.Join(pageOps, ", ")+", each also as path_…")
		p.add(r.Value != "" && len(r.Value) <= MaxAddress, at+".value", fmt.Sprintf("1 to %d characters", MaxAddress))
		if op == "regex" {
			_, err := regexp.Compile(r.Value)
			p.add(err == nil, at+".value", "a regular expression in RE2 syntax")
		}
	}
}

func (p problems) recurrence(r Recurrence, trigger string) {
	p.oneOf(r.Repeat, "recurrence.repeat", "once", "trigger", "session", "every")
	once := r.Repeat == "" || r.Repeat == "once"
	p.add(r.Repeat != "every" || r.Every > 0, "recurrence.every", "a span such as 90d, because it repeats every so often")
	p.add(r.Every == 0 || r.Repeat == "every", "recurrence.every", "nothing, or repeat: every")
	p.add(r.For == 0 || !once, "recurrence.for", "nothing, because it does not repeat")
	// Immediately and delay hold again as soon as the survey was closed.
	endless := r.Repeat == "trigger" && slices.Contains([]string{"", "immediately", "delay"}, trigger)
	p.add(!endless, "recurrence.repeat", "session or every, because this trigger would fire again at once, without end")
	if f := r.FollowUp; f != nil {
		p.add(once, "recurrence.follow_up", "nothing, because it repeats anyway")
		p.add(f.After > 0, "recurrence.follow_up.after", "a span such as 3d")
		p.add(f.Times >= 0 && f.Times <= 100, "recurrence.follow_up.times", "1 to 100")
	}
}

func (p problems) limits(l Limits) {
	for field, n := range map[string]int{
		"responses": l.Responses, "views_per_contact": l.ViewsPerContact, "responses_per_contact": l.ResponsesPerContact,
		"throttle.views": l.Throttle.Views, "throttle.responses": l.Throttle.Responses,
	} {
		p.add(n >= 0, "limits."+field, "a whole number above 0")
	}
	counts := l.Throttle.Views != 0 || l.Throttle.Responses != 0
	p.add(!counts || l.Throttle.Per > 0, "limits.throttle.per", "a span such as 1h")
	p.add(l.Throttle.Per == 0 || counts, "limits.throttle", "views or responses within the span")
}
