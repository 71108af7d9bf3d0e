package loadkit

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"

	"earshot/internal/ident"
)

// Path is where browsers of a project post to; see docs/api/collect.md.
func Path(project ident.ID) string { return "/c/v1/" + project.String() }

// UID draws the id of an operation as a browser does. It is quicker than
// ident.New, and repeatable.
func UID(r *rand.Rand) (id ident.ID) {
	binary.LittleEndian.PutUint64(id[:8], r.Uint64())
	binary.LittleEndian.PutUint64(id[8:], r.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

// AppendUID appends the 36-character form.
func AppendUID(b []byte, id ident.ID) []byte {
	from := 0
	for _, to := range [...]int{4, 6, 8, 10, 16} {
		if from > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, id[from:to])
		from = to
	}
	return b
}

// AllOK tells whether an answer of the door applied every operation and kept
// every answer.
func AllOK(answer []byte) bool {
	return bytes.HasPrefix(answer, []byte(`{"results":`)) &&
		!bytes.Contains(answer, []byte(`"status":"refused"`)) &&
		!bytes.Contains(answer, []byte(`"status":"conflict"`)) &&
		!bytes.Contains(answer, []byte(`"fields":`))
}
