package contact

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"earshot/internal/ident"
)

// moments are written as the difference to the one before.
func (e *encoder) moments(field int, at []Micros) {
	if len(at) == 0 {
		return
	}
	start := e.open(field)
	e.b = binary.AppendUvarint(e.b, uint64(len(at)))
	last := Micros(0)
	for _, m := range at {
		e.b = binary.AppendVarint(e.b, int64(m-last))
		last = m
	}
	e.close(start)
}

func (d *decoder) moments(s string) []Micros {
	block := &decoder{rest: s}
	var at []Micros
	if n := block.count(); n > 0 {
		at = make([]Micros, n)
	}
	last := Micros(0)
	for i := range at {
		last += Micros(block.varint())
		at[i] = last
	}
	d.join(block)
	return at
}

// Field numbers of an event's count. Never renumber; append.
const (
	eventCount = iota + 1
	eventFirst
	eventLast
	eventDays
)

func (e *encoder) events(field int, events map[string]*EventCount) {
	if len(events) == 0 {
		return
	}
	start := e.open(field)
	e.b = binary.AppendUvarint(e.b, uint64(len(events)))
	for _, name := range slices.Sorted(maps.Keys(events)) {
		e.string(name)
		e.event(events[name])
	}
	e.close(start)
}

// event writes a count with its length, without a key.
func (e *encoder) event(count *EventCount) {
	body := len(e.b)
	e.number(eventCount, int64(count.Count))
	e.number(eventFirst, int64(count.First))
	e.number(eventLast, int64(count.Last))
	e.days(eventDays, count.Days)
	e.close(body)
}

func (d *decoder) events(s string) map[string]*EventCount {
	block := &decoder{rest: s}
	n := block.count()
	if n == 0 {
		d.join(block)
		return nil
	}
	events := make(map[string]*EventCount, n)
	all := make([]EventCount, n) // one piece of memory for all of them
	for i := range all {
		name := block.string()
		block.event(&all[i], block.string())
		events[name] = &all[i]
	}
	d.join(block)
	return events
}

func (d *decoder) event(count *EventCount, s string) {
	block := &decoder{rest: s}
	for {
		key, n, s, ok := block.field()
		if !ok {
			break
		}
		switch key {
		case eventCount<<1 | numberLayout:
			count.Count = int(n)
		case eventFirst<<1 | numberLayout:
			count.First = Micros(n)
		case eventLast<<1 | numberLayout:
			count.Last = Micros(n)
		case eventDays<<1 | bytesLayout:
			count.Days = block.days(s)
		}
	}
	d.join(block)
}

// days are written as the difference to the day before, which is at least 1.
func (e *encoder) days(field int, days []DayCount) {
	if len(days) == 0 {
		return
	}
	start := e.open(field)
	e.b = binary.AppendUvarint(e.b, uint64(len(days)))
	last := int64(0)
	for _, day := range days {
		e.b = binary.AppendVarint(e.b, int64(day.Day)-last)
		e.b = binary.AppendVarint(e.b, int64(day.N))
		last = int64(day.Day)
	}
	e.close(start)
}

func (d *decoder) days(s string) []DayCount {
	block := &decoder{rest: s}
	var days []DayCount
	if n := block.count(); n > 0 {
		days = make([]DayCount, n)
	}
	last := int64(0)
	for i := range days {
		step, count := block.varint(), block.varint()
		// The first line keeps the sum below from overflowing.
		if step < math.MinInt32 || step > math.MaxUint32 || (i > 0 && step < 1) ||
			last+step < math.MinInt32 || last+step > math.MaxInt32 ||
			count < math.MinInt32 || count > math.MaxInt32 {
			block.fail()
			break
		}
		last += step
		days[i] = DayCount{Day: int32(last), N: int32(count)}
	}
	d.join(block)
	return days
}

// Field numbers of a survey's tally. Never renumber; append.
const (
	tallyViews = iota + 1
	tallyFirstSeen
	tallyLastSeen
	tallyAnswered
	tallyLastAnswered
	tallyCompleted
	tallyLastCompleted
	tallyDismissed
	tallyLastDismissed
	tallyLastSession
	tallyEntered
)

func (e *encoder) surveys(field int, surveys map[ident.ID]*SurveyTally) {
	if len(surveys) == 0 {
		return
	}
	start := e.open(field)
	e.b = binary.AppendUvarint(e.b, uint64(len(surveys)))
	for _, id := range slices.SortedFunc(maps.Keys(surveys), compareIDs) {
		e.b = append(e.b, id[:]...)
		body, t := len(e.b), surveys[id]
		e.number(tallyViews, int64(t.Views))
		e.number(tallyFirstSeen, int64(t.FirstSeen))
		e.number(tallyLastSeen, int64(t.LastSeen))
		e.number(tallyAnswered, int64(t.Answered))
		e.number(tallyLastAnswered, int64(t.LastAnswered))
		e.number(tallyCompleted, int64(t.Completed))
		e.number(tallyLastCompleted, int64(t.LastCompleted))
		e.number(tallyDismissed, int64(t.Dismissed))
		e.number(tallyLastDismissed, int64(t.LastDismissed))
		e.number(tallyLastSession, int64(t.LastSession))
		e.number(tallyEntered, int64(t.Entered))
		e.close(body)
	}
	e.close(start)
}

func (d *decoder) surveys(s string) map[ident.ID]*SurveyTally {
	return decodeByID(d, s, (*decoder).tally)
}

// decodeByID reads a block of counted entries, each an id and a body that read
// understands. Nothing is read as a nil map.
func decodeByID[T any](d *decoder, s string, read func(*decoder, *T, string)) map[ident.ID]*T {
	block := &decoder{rest: s}
	n := block.count()
	if n == 0 {
		d.join(block)
		return nil
	}
	byID := make(map[ident.ID]*T, n)
	all := make([]T, n) // one piece of memory for all of them
	for i := range all {
		id := block.id(block.take(len(ident.None)))
		read(block, &all[i], block.string())
		byID[id] = &all[i]
	}
	d.join(block)
	return byID
}

func (d *decoder) tally(t *SurveyTally, s string) {
	block := &decoder{rest: s}
	for {
		key, n, _, ok := block.field()
		if !ok {
			break
		}
		switch key {
		case tallyViews<<1 | numberLayout:
			t.Views = int(n)
		case tallyFirstSeen<<1 | numberLayout:
			t.FirstSeen = Micros(n)
		case tallyLastSeen<<1 | numberLayout:
			t.LastSeen = Micros(n)
		case tallyAnswered<<1 | numberLayout:
			t.Answered = int(n)
		case tallyLastAnswered<<1 | numberLayout:
			t.LastAnswered = Micros(n)
		case tallyCompleted<<1 | numberLayout:
			t.Completed = int(n)
		case tallyLastCompleted<<1 | numberLayout:
			t.LastCompleted = Micros(n)
		case tallyDismissed<<1 | numberLayout:
			t.Dismissed = int(n)
		case tallyLastDismissed<<1 | numberLayout:
			t.LastDismissed = Micros(n)
		case tallyLastSession<<1 | numberLayout:
			t.LastSession = Micros(n)
		case tallyEntered<<1 | numberLayout:
			t.Entered = Micros(n)
		}
	}
	d.join(block)
}
