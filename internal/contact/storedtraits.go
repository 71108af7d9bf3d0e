package contact

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// Stored forms of the trait types. Never renumber.
const (
	storedText = iota + 1
	storedInteger
	storedFloat
	storedFalse
	storedTrue
	storedDate
)

func (e *encoder) traits(field int, t Traits) {
	if len(t) == 0 {
		return
	}
	start := e.open(field)
	e.b = binary.AppendUvarint(e.b, uint64(len(t)))
	for _, name := range slices.Sorted(maps.Keys(t)) {
		e.string(name)
		e.value(t[name])
	}
	e.close(start)
}

func (e *encoder) value(v Value) {
	switch v.Type {
	case Integer:
		e.b = binary.AppendVarint(append(e.b, storedInteger), v.Int)
	case Float:
		e.b = binary.LittleEndian.AppendUint64(append(e.b, storedFloat), math.Float64bits(v.Float))
	case Boolean:
		kind := byte(storedFalse)
		if v.Bool {
			kind = storedTrue
		}
		e.b = append(e.b, kind)
	case Date:
		e.b = binary.AppendVarint(append(e.b, storedDate), int64(v.Time))
	default:
		e.b = append(e.b, storedText)
		e.string(v.Text)
	}
}

func (d *decoder) traits(s string) Traits {
	block := &decoder{rest: s}
	var t Traits
	if n := block.count(); n > 0 {
		t = make(Traits, n)
		for range n {
			name := block.string()
			t[name] = block.value()
		}
	}
	d.join(block)
	return t
}

func (d *decoder) value() Value {
	switch d.uvarint() {
	case storedText:
		return TextValue(d.string())
	case storedInteger:
		return IntegerValue(d.varint())
	case storedFloat:
		return FloatValue(d.finite())
	case storedFalse:
		return BooleanValue(false)
	case storedTrue:
		return BooleanValue(true)
	case storedDate:
		return DateValue(Micros(d.varint()))
	}
	d.fail()
	return Value{}
}
