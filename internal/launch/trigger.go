package launch

import (
	"time"

	"earshot/internal/contact"
	"earshot/internal/survey"
)

// Entry is one armed survey as the browser client gets it (docs/api/collect.md).
type Entry struct {
	Survey  string `json:"survey"` // uuid
	Key     string `json:"key"`
	Trigger Watch  `json:"trigger"`
	Pages   *Where `json:"pages,omitempty"` // shared by all visitors; must not be changed
	Repeat  string `json:"repeat"`          // once, trigger
}

// Watch is what the client waits for before it claims a survey.
type Watch struct {
	Type    string            `json:"type"` // now, after, page, event, none
	DelayMS int64             `json:"delay_ms,omitempty"`
	Pages   []survey.PageRule `json:"pages,omitempty"`
	Name    string            `json:"name,omitempty"`
}

// What a client can be told to watch.
const (
	watchNow   = "now"
	watchAfter = "after"
	watchPage  = "page"
	watchEvent = "event"
	watchNone  = "none"
)

// Where limits the pages a survey may appear on.
type Where struct {
	Allow   []survey.PageRule `json:"allow"`
	Exclude []survey.PageRule `json:"exclude"`
	DelayMS int64             `json:"delay_ms"`
}

// Page rules: on what page the survey may appear, whatever its trigger.

func allowsPages(_ *Project, s *compiled) bool { return len(s.def.Pages.Allow) > 0 }

func onAllowedPage(d *desk, s *compiled) bool { return d.byLink() || s.allow.Match(d.c.URL) }

func excludesPages(_ *Project, s *compiled) bool { return len(s.def.Pages.Exclude) > 0 }

func notOnExcludedPage(d *desk, s *compiled) bool { return d.byLink() || !s.exclude.Match(d.c.URL) }

// triggerKind is one type of trigger. A new type is one more of these.
type triggerKind struct {
	// lasts: once fired, it stays so. Such a moment does not come back.
	lasts bool
	// fired tells whether this is the moment, as far as the server can know:
	// time spent on a page is the browser's to measure.
	fired func(*desk, *compiled) bool
	// due is when it will fire by itself; nil or 0: not known.
	due func(*desk, *compiled) contact.Micros
	// watch is what the client waits for when it has not fired.
	watch func(*survey.Trigger) Watch
	// words says what it waits for.
	words func(*desk, *compiled) string
}

// triggerKinds has all triggers by the name they have in survey files. Exit
// intent, scrolling and the like will be lines here.
var triggerKinds = map[string]*triggerKind{
	"immediately": {lasts: true, fired: always, watch: watches(watchNow), words: wordsImmediately},
	"delay":       {lasts: true, fired: delayOver, due: delayDue, watch: watches(watchAfter), words: wordsDelay},
	"page":        {fired: onTriggerPage, watch: watchTriggerPage, words: wordsTriggerPage},
	"event":       {fired: eventHappened, watch: watchTriggerEvent, words: wordsEvent},
	"manual":      {fired: never, watch: watches(watchNone), words: wordsManual},
}

// compileTrigger resolves the trigger's type. One that is not known here, from
// a newer version's file, only launches manually.
func (s *compiled) compileTrigger() {
	t := &s.def.Trigger
	s.trigger = triggerKinds["manual"]
	if t.Type == "" {
		s.trigger = triggerKinds["immediately"]
	} else if kind, ok := triggerKinds[t.Type]; ok {
		s.trigger = kind
	}
	s.pages = CompilePages(t.Pages)
	s.entry.Trigger = s.trigger.watch(t)
	s.quiet = s.entry.Trigger.Type == watchNone
	s.tracked = s.trigger.due != nil && t.Since == "audience"
	if span, err := survey.ParseSpan(t.Within); err == nil {
		s.within = span.Duration()
	}
}

func entryOf(s *compiled) Entry {
	e := Entry{Survey: s.id.String(), Key: s.key, Trigger: s.entry.Trigger, Repeat: repeatOnce}
	if s.repeat == repeatTrigger {
		e.Repeat = repeatTrigger
	}
	if p := s.def.Pages; len(p.Allow) > 0 || len(p.Exclude) > 0 || p.Delay > 0 {
		e.Pages = &Where{
			Allow:   append([]survey.PageRule{}, p.Allow...), // [] rather than null
			Exclude: append([]survey.PageRule{}, p.Exclude...),
			DelayMS: p.Delay.Duration().Milliseconds(),
		}
	}
	return e
}

func hasTrigger(_ *Project, s *compiled) bool  { return s.trigger != triggerKinds["immediately"] }
func triggerFired(d *desk, s *compiled) bool   { return s.trigger.fired(d, s) }
func wordsTrigger(d *desk, s *compiled) string { return s.trigger.words(d, s) }
func triggerDue(d *desk, s *compiled) contact.Micros {
	if s.trigger.due == nil {
		return 0
	}
	return s.trigger.due(d, s)
}

func always(*desk, *compiled) bool { return true }
func never(*desk, *compiled) bool  { return false }

func watches(what string) func(*survey.Trigger) Watch {
	return func(*survey.Trigger) Watch { return Watch{Type: what} }
}

// Delay: wall time since a moment in the contact's life, also while away.

func delayOver(d *desk, s *compiled) bool { return d.now >= delayDue(d, s) }

func delayDue(d *desk, s *compiled) contact.Micros {
	return after(d.delayStart(s), s.def.Trigger.After)
}

// delayStart is the moment the delay counts from. One that was not recorded
// yet is happening now.
func (d *desk) delayStart(s *compiled) contact.Micros {
	start := d.profile.SessionStart
	switch s.def.Trigger.Since {
	case "first_seen":
		start = d.profile.FirstSeen
	case "audience":
		start = d.history(s).Entered
	}
	if start == 0 {
		return d.now
	}
	return start
}

// Page visit.

func onTriggerPage(d *desk, s *compiled) bool { return s.pages.Match(d.c.URL) }

func watchTriggerPage(t *survey.Trigger) Watch {
	return Watch{
		Type:    watchPage,
		Pages:   append([]survey.PageRule{}, t.Pages...),
		DelayMS: t.After.Duration().Milliseconds(),
	}
}

// Event: in the page just now, or earlier if the trigger reaches back.

func eventHappened(d *desk, s *compiled) bool {
	return d.c.Event == s.def.Trigger.Event && d.c.Event != "" || d.remembersEvent(s)
}

// remembersEvent tells whether the event was recorded early enough to count
// still. A survey that comes back on each trigger needs one since it was last
// seen, or one event would launch it for ever.
func (d *desk) remembersEvent(s *compiled) bool {
	e := d.profile.Events[s.def.Trigger.Event]
	if e == nil || s.repeat == repeatTrigger && e.Last <= d.history(s).LastSeen {
		return false
	}
	switch {
	case s.def.Trigger.Within == "session":
		return d.profile.SessionStart != 0 && e.Last >= d.profile.SessionStart
	case s.within > 0:
		return e.Last >= d.now-contact.Micros(s.within.Microseconds())
	}
	return false
}

func watchTriggerEvent(t *survey.Trigger) Watch { return Watch{Type: watchEvent, Name: t.Event} }

// milliseconds rounds up, so that nothing is asked for a moment too early.
func milliseconds(m contact.Micros) int64 {
	return int64((time.Duration(m)*time.Microsecond + time.Millisecond - 1) / time.Millisecond)
}
