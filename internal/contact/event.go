package contact

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// DayOf gives the UTC day of a moment, counted from 1970-01-01.
func DayOf(at Micros) int32 {
	day := at / dayMicros
	if at%dayMicros < 0 {
		day--
	}
	return int32(day)
}

// CountEvent counts one event. The caller makes sure that the same event is
// not counted twice. When MaxEventNames are taken, a new name pushes out the one
// that was quiet for longest.
func (p *Profile) CountEvent(name string, at Micros) {
	p.countInSession(name, at)
	if p.Events == nil {
		p.Events = map[string]*EventCount{}
	}
	count := p.Events[name]
	if count == nil {
		count = &EventCount{}
		p.Events[name] = count
	}
	count.add(once(at))
	p.boundEvents(name)
}

// once is the count of a single event.
func once(at Micros) EventCount {
	return EventCount{Count: 1, First: at, Last: at, Days: []DayCount{{Day: DayOf(at), N: 1}}}
}

func (p *Profile) countInSession(key string, at Micros) {
	if p.SessionStart == 0 || at < p.SessionStart {
		return
	}
	if p.SessionEvents == nil {
		p.SessionEvents = map[string]int{}
	}
	p.SessionEvents[key]++
}

// EventsSince counts the events of a name since a moment, by whole UTC days:
// all of since's own day is in it. Days older than the kept ones count only if since
// is not later than the first event ever.
func (p *Profile) EventsSince(name string, since Micros) int {
	count := p.Events[name]
	switch {
	case count == nil || count.Last < since:
		return 0
	case since <= count.First:
		return count.Count
	}
	return count.since(DayOf(since))
}

// Between counts the events of the UTC days from first to last, both included.
// It is exact as long as the days kept reach back to first or to the first event
// ever. A nil count is none.
func (c *EventCount) Between(first, last int32) int {
	if c == nil || c.Count == 0 || last < first {
		return 0
	}
	n := c.since(first)
	if last < DayOf(c.Last) {
		n -= c.since(last + 1)
	}
	return n
}

// since counts the events from a UTC day on.
func (c *EventCount) since(first int32) int {
	if first <= DayOf(c.First) {
		return c.Count
	}
	n := 0
	for i := len(c.Days) - 1; i >= 0 && c.Days[i].Day >= first; i-- {
		n += int(c.Days[i].N)
	}
	return n
}

// add takes in what another count holds.
func (c *EventCount) add(o EventCount) {
	c.Count += o.Count
	c.First = earliest(c.First, o.First)
	c.Last = max(c.Last, o.Last)
	for _, day := range o.Days {
		c.addDay(day)
	}
	if over := len(c.Days) - MaxEventDays; over > 0 {
		c.Days = slices.Delete(c.Days, 0, over)
	}
}

func (c *EventCount) addDay(day DayCount) {
	at, there := slices.BinarySearchFunc(c.Days, day, func(a, b DayCount) int { return cmp.Compare(a.Day, b.Day) })
	if !there {
		c.Days = slices.Insert(c.Days, at, day)
		return
	}
	n := int64(c.Days[at].N) + int64(day.N)
	c.Days[at].N = int32(min(n, math.MaxInt32))
}

// boundEvents drops the names that were quiet for longest, but never keep.
func (p *Profile) boundEvents(keep string) {
	for len(p.Events) > MaxEventNames {
		oldest := ""
		for name, count := range p.Events {
			if name != keep && (oldest == "" || quieter(name, count, oldest, p.Events[oldest])) {
				oldest = name
			}
		}
		delete(p.Events, oldest)
		delete(p.SessionEvents, oldest)
		p.dropDerived(func(key string) bool { return strings.HasPrefix(key, oldest+"\x00") })
	}
}

// quieter orders by the last event, then by name, so that the same names are
// dropped whatever order a map is walked in.
func quieter(a string, ca *EventCount, b string, cb *EventCount) bool {
	return cmp.Or(cmp.Compare(ca.Last, cb.Last), cmp.Compare(a, b)) < 0
}
