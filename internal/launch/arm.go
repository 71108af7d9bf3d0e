package launch

import (
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

// Armed is what a visitor's browser should know.
type Armed struct {
	// Entries are the surveys that passed every gate the server can decide
	// ahead, the one that takes precedence first.
	Entries []Entry
	// AskIn is when, at most a day ahead, something that was held back becomes
	// possible by itself; 0: nothing will.
	AskIn time.Duration
	// Moved lists the surveys whose audience the contact entered or left. The
	// caller keeps Entered in the survey's tally on the profile.
	Moved []Move
}

// Move is a contact entering or leaving the audience of a survey whose trigger
// counts from that moment.
type Move struct {
	Survey  ident.ID
	Entered contact.Micros // 0: left
}

// horizon is how far ahead the client is told to wait: a day. Beyond it plans
// are likely to change, and a browser's timer cannot hold much more.
const horizon = contact.Micros(24 * time.Hour / time.Microsecond)

// Arm decides about all published surveys for a visitor.
func (p *Project) Arm(v Visitor, c Context) Armed { return p.ArmInto(nil, v, c) }

// ArmInto is Arm; the entries are appended to list, which may be a reused slice.
func (p *Project) ArmInto(list []Entry, v Visitor, c Context) Armed {
	d := open(p, ByTrigger, v, c)
	defer d.close()
	out := Armed{Entries: list}
	var soonest contact.Micros
	for _, s := range p.live {
		if s.quiet && !c.Debug {
			continue
		}
		if s.tracked {
			out.Moved = d.move(out.Moved, s)
		}
		if failed := d.run(s, armingGates); failed != allPassed {
			if due := gates[failed].due; due != nil {
				soonest = sooner(soonest, due(d, s), d.now)
			}
			continue
		}
		if watch, ok := d.watch(s); ok {
			out.Entries = append(out.Entries, s.armed(watch))
		} else {
			soonest = sooner(soonest, triggerDue(d, s), d.now)
		}
	}
	if soonest != 0 {
		out.AskIn = askIn(soonest - d.now)
	}
	return out
}

// armed is the entry for the client. One whose moment has come is claimed once;
// whether there will be another moment is then asked anew.
func (s *compiled) armed(w Watch) Entry {
	e := s.entry
	e.Trigger = w
	if w.Type == watchNow || w.Type == watchAfter {
		e.Repeat = repeatOnce
	}
	return e
}

// move compares where the contact is with where they were. Being in the
// audience does not depend on schedules and caps: who came before the survey
// started is in it since then.
func (d *desk) move(list []Move, s *compiled) []Move {
	was, is := d.history(s).Entered != 0, d.run(s, audienceGates) == allPassed
	switch {
	case is && !was:
		return append(list, Move{Survey: s.id, Entered: d.now})
	case was && !is:
		return append(list, Move{Survey: s.id})
	}
	return list
}

// watch is what the client waits for; false if it need not wait yet, because
// the moment is beyond the horizon.
func (d *desk) watch(s *compiled) (Watch, bool) {
	w := s.entry.Trigger
	switch w.Type {
	case watchAfter:
		wait := delayDue(d, s) - d.now
		if wait > horizon {
			return w, false
		}
		if wait <= 0 {
			return Watch{Type: watchNow}, true
		}
		w.DelayMS = milliseconds(wait)
	case watchEvent:
		if d.remembersEvent(s) {
			return Watch{Type: watchNow}, true
		}
	}
	return w, true
}

// sooner keeps the earlier of two moments that lie ahead; 0 is none.
func sooner(a, b, now contact.Micros) contact.Micros {
	if b <= now || a != 0 && a < b {
		return a
	}
	return b
}

// askIn rounds up to whole seconds, so that nobody asks a moment too early.
func askIn(wait contact.Micros) time.Duration {
	d := time.Duration(min(wait, horizon)) * time.Microsecond
	return (d + time.Second - 1).Truncate(time.Second)
}
