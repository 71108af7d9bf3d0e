package contact

import (
	"encoding/binary"
	"errors"
	"math"
)

// The stored form of a profile is one byte for the format and then fields, each
// with a key that says which it is and how it is laid out:
//
//	key = field number << 1 | layout      as an unsigned varint
//	layout 0: a number                    as a zigzag varint
//	layout 1: length, then so many bytes  text, id, or a block of fields
//
// A field that is zero is not written, the rest come in rising order: equal
// profiles are equal bytes. A new field takes a new number; a number is never used
// again for something else.

const (
	numberLayout = 0
	bytesLayout  = 1
)

// encoder appends fields.
type encoder struct{ b []byte }

func (e *encoder) number(field int, v int64) {
	if v != 0 {
		e.b = binary.AppendUvarint(e.b, uint64(field)<<1|numberLayout)
		e.b = binary.AppendVarint(e.b, v)
	}
}

func (e *encoder) flag(field int, v bool) {
	if v {
		e.number(field, 1)
	}
}

func (e *encoder) text(field int, s string) {
	if s != "" {
		e.b = binary.AppendUvarint(e.b, uint64(field)<<1|bytesLayout)
		e.string(s)
	}
}

// string writes a length and the bytes, without a key.
func (e *encoder) string(s string) {
	e.b = binary.AppendUvarint(e.b, uint64(len(s)))
	e.b = append(e.b, s...)
}

// open starts a field of bytes whose length is not known yet; close ends it.
func (e *encoder) open(field int) (start int) {
	e.b = binary.AppendUvarint(e.b, uint64(field)<<1|bytesLayout)
	return len(e.b)
}

// close puts the length before what was written since start.
func (e *encoder) close(start int) {
	size := len(e.b) - start
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(size))
	e.b = append(e.b, length[:n]...) // makes room; its content is overwritten
	copy(e.b[start+n:], e.b[start:start+size])
	copy(e.b[start:], length[:n])
}

var errDamaged = errors.New("the stored form is damaged")

// decoder reads what encoder wrote from rest. Once something does not fit it is
// damaged, and everything reads as zero, so that callers check once at the end.
// It reads a string, so that texts are parts of it and need no memory of their own.
type decoder struct {
	rest    string
	damaged bool
}

func (d *decoder) fail() {
	d.damaged, d.rest = true, ""
}

func (d *decoder) uvarint() uint64 {
	var v uint64
	for i := range min(len(d.rest), binary.MaxVarintLen64) {
		c := d.rest[i]
		if i == binary.MaxVarintLen64-1 && c > 1 {
			break // more than 64 bits
		}
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			d.rest = d.rest[i+1:]
			return v
		}
	}
	d.fail()
	return 0
}

func (d *decoder) varint() int64 {
	v := d.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// string reads a length and so many bytes.
func (d *decoder) string() string {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail()
		return ""
	}
	return d.take(int(n))
}

func (d *decoder) take(n int) string {
	if n > len(d.rest) {
		d.fail()
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

// count reads how many entries follow. Each takes at least one byte, so a lying
// count cannot make anybody reserve more memory than a multiple of the input.
func (d *decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail()
		return 0
	}
	return int(n)
}

// field reads the next field: its key, and its number or bytes by the layout
// in the key. ok is false at the end.
func (d *decoder) field() (key uint64, number int64, bytes string, ok bool) {
	if d.rest == "" {
		return 0, 0, "", false
	}
	key = d.uvarint()
	if key&1 == bytesLayout {
		bytes = d.string()
	} else {
		number = d.varint()
	}
	return key, number, bytes, !d.damaged
}

// fixed64 reads eight bytes.
func (d *decoder) fixed64() uint64 {
	if len(d.rest) < 8 {
		d.fail()
		return 0
	}
	v := binary.LittleEndian.Uint64([]byte(d.rest[:8]))
	d.rest = d.rest[8:]
	return v
}

// finite reads a float that is a number.
func (d *decoder) finite() float64 {
	f := math.Float64frombits(d.fixed64())
	if math.IsNaN(f) || math.IsInf(f, 0) {
		d.fail()
		return 0
	}
	return f
}
