package httpkit

import "sync"

// Memory is a buffer that requests hand on to each other. Nothing may keep a
// part of B after Return.
type Memory struct{ B []byte }

var memories = sync.Pool{New: func() any { return &Memory{B: make([]byte, 0, 2<<10)} }}

// Borrow gives a buffer for the length of one request.
func Borrow() *Memory { return memories.Get().(*Memory) }

// Return gives the buffer back, unless it has grown far beyond the usual.
func (m *Memory) Return() {
	if cap(m.B) <= 16<<10 {
		m.B = m.B[:0]
		memories.Put(m)
	}
}
