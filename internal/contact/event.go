package contact

import (
	"cmp"
	"math"
	"slices"
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
	if p.Events == nil {
		p.Events = map[string]*EventCount{}
	}
	count := p.Events[name]
	if count == nil {
		count = &EventCount{}
		p.Events[name] = count
	}
	count.add(EventCount{Count: 1, First: at, Last: at, Days: []DayCount{{Day: DayOf(at), N: 1}}})
	p.boundEvents(name)
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
	n := 0
	first := DayOf(since)
	for i := len(count.Days) - 1; i >= 0 && count.Days[i].Day >= first; i-- {
		n += int(count.Days[i].N)
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
	}
}

// quieter orders by the last event, then by name, so that the same names are
// dropped whatever order a map is walked in.
func quieter(a string, ca *EventCount, b string, cb *EventCount) bool {
	return cmp.Or(cmp.Compare(ca.Last, cb.Last), cmp.Compare(a, b)) < 0
}
