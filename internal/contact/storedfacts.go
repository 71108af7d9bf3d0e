package contact

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"

	"earshot/internal/ident"
)

// derived counts are written as the count of an event, then of how many.
func (e *encoder) derived(field int, derived map[string]*DerivedCount) {
	if len(derived) == 0 {
		return
	}
	start := e.open(field)
	e.b = binary.AppendUvarint(e.b, uint64(len(derived)))
	for _, key := range slices.Sorted(maps.Keys(derived)) {
		e.string(key)
		e.event(&derived[key].EventCount)
		e.b = binary.AppendVarint(e.b, int64(derived[key].Of))
	}
	e.close(start)
}

func (d *decoder) derived(s string) map[string]*DerivedCount {
	block := &decoder{rest: s}
	n := block.count()
	if n == 0 {
		d.join(block)
		return nil
	}
	derived := make(map[string]*DerivedCount, n)
	all := make([]DerivedCount, n) // one piece of memory for all of them
	for i := range all {
		key := block.string()
		block.event(&all[i].EventCount, block.string())
		all[i].Of = int(block.varint())
		derived[key] = &all[i]
	}
	d.join(block)
	return derived
}

// sessionEvents are written with the session they belong to: a version that
// does not know them starts sessions without emptying them.
func (e *encoder) sessionEvents(field int, session Micros, events map[string]int) {
	if len(events) == 0 {
		return
	}
	start := e.open(field)
	e.b = binary.AppendVarint(e.b, int64(session))
	e.b = binary.AppendUvarint(e.b, uint64(len(events)))
	for _, key := range slices.Sorted(maps.Keys(events)) {
		e.string(key)
		e.b = binary.AppendVarint(e.b, int64(events[key]))
	}
	e.close(start)
}

func (d *decoder) sessionEvents(s string) (session Micros, events map[string]int) {
	block := &decoder{rest: s}
	session = Micros(block.varint())
	if n := block.count(); n > 0 {
		events = make(map[string]int, n)
		for range n {
			key := block.string()
			events[key] = int(block.varint())
		}
	}
	d.join(block)
	return session, events
}

// Field numbers of a survey's answers. Never renumber; append.
const (
	answersResponse = iota + 1
	answersAt
	answersValues
)

func (e *encoder) answers(field int, answers map[ident.ID]*Answers) {
	if len(answers) == 0 {
		return
	}
	start := e.open(field)
	e.b = binary.AppendUvarint(e.b, uint64(len(answers)))
	for _, survey := range slices.SortedFunc(maps.Keys(answers), compareIDs) {
		e.b = append(e.b, survey[:]...)
		body, a := len(e.b), answers[survey]
		e.id(answersResponse, a.Response)
		e.number(answersAt, int64(a.At))
		e.values(answersValues, a.Values)
		e.close(body)
	}
	e.close(start)
}

func (e *encoder) values(field int, values map[string][]Value) {
	if len(values) == 0 {
		return
	}
	start := e.open(field)
	e.b = binary.AppendUvarint(e.b, uint64(len(values)))
	for _, question := range slices.Sorted(maps.Keys(values)) {
		e.string(question)
		e.b = binary.AppendUvarint(e.b, uint64(len(values[question])))
		for _, v := range values[question] {
			e.value(v)
		}
	}
	e.close(start)
}

func (d *decoder) answers(s string) map[ident.ID]*Answers {
	return decodeByID(d, s, (*decoder).answersOf)
}

func (d *decoder) answersOf(a *Answers, s string) {
	block := &decoder{rest: s}
	for {
		key, n, s, ok := block.field()
		if !ok {
			break
		}
		switch key {
		case answersResponse<<1 | bytesLayout:
			a.Response = block.id(s)
		case answersAt<<1 | numberLayout:
			a.At = Micros(n)
		case answersValues<<1 | bytesLayout:
			a.Values = block.values(s)
		}
	}
	d.join(block)
}

func (d *decoder) values(s string) map[string][]Value {
	block := &decoder{rest: s}
	var values map[string][]Value
	if n := block.count(); n > 0 {
		values = make(map[string][]Value, n)
		for range n {
			question := block.string()
			var list []Value
			for range block.count() {
				list = append(list, block.value())
			}
			values[question] = list
		}
	}
	d.join(block)
	return values
}

func compareIDs(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) }
