package contact

import "slices"

// DerivedCount counts those events of one name whose properties meet a
// condition. Properties are facts and not part of a profile, so what is asked
// about them is counted when the event arrives.
type DerivedCount struct {
	EventCount
	// Of is how many events of the name have been looked at. The count is
	// complete when that is all of them; a condition that is new, or was not
	// known for a while to whoever counted, has to be counted from the facts.
	Of int `json:"of"`
}

// MaxDerived bounds the derived counts of one profile.
const MaxDerived = 200

// DerivedKey is under what a derived count is kept; hash stands for the condition.
func DerivedKey(event, hash string) string { return event + "\x00" + hash }

// CountDerived looks at one event for a derived count. Call it after
// CountEvent, once an event.
func (p *Profile) CountDerived(key string, at Micros, meets bool) {
	d := p.derived(key)
	d.Of++
	if meets {
		d.add(once(at))
		p.countInSession(key, at)
	}
	p.boundDerived(key)
}

// Complete tells whether all events of a name have been looked at for a
// derived count. It is for an event that never happened.
func (p *Profile) Complete(event, key string) bool {
	all := p.Events[event]
	if all == nil {
		return true
	}
	d := p.Derived[key]
	return d != nil && d.Of == all.Count
}

// Recount replaces a derived count by one made of all events of the name that
// meet its condition. It sorts at.
func (p *Profile) Recount(event, key string, at []Micros) {
	slices.Sort(at)
	d := p.derived(key)
	*d = DerivedCount{}
	delete(p.SessionEvents, key)
	for _, moment := range at {
		d.add(once(moment))
		p.countInSession(key, moment)
	}
	if all := p.Events[event]; all != nil {
		d.Of = all.Count
	}
	p.boundDerived(key)
}

// KeepDerived drops the derived counts that nobody asks for any more.
func (p *Profile) KeepDerived(asked func(key string) bool) {
	p.dropDerived(func(key string) bool { return !asked(key) })
}

func (p *Profile) derived(key string) *DerivedCount {
	if p.Derived == nil {
		p.Derived = map[string]*DerivedCount{}
	}
	d := p.Derived[key]
	if d == nil {
		d = &DerivedCount{}
		p.Derived[key] = d
	}
	return d
}

func (p *Profile) dropDerived(drop func(key string) bool) {
	for key := range p.Derived {
		if drop(key) {
			delete(p.Derived, key)
			delete(p.SessionEvents, key)
		}
	}
}

// boundDerived drops the counts that were quiet for longest, but never keep.
func (p *Profile) boundDerived(keep string) {
	for len(p.Derived) > MaxDerived {
		oldest := ""
		for key, d := range p.Derived {
			if key != keep && (oldest == "" || quieter(key, &d.EventCount, oldest, &p.Derived[oldest].EventCount)) {
				oldest = key
			}
		}
		p.dropDerived(func(key string) bool { return key == oldest })
	}
}

// mergeDerived adds the counts. One that only one side has is then not
// complete, unless the event is new to the other side, too.
func mergeDerived(into, from *Profile) {
	for key, count := range from.Derived {
		d := into.derived(key)
		d.add(count.EventCount)
		d.Of += count.Of
	}
	into.boundDerived("")
}
