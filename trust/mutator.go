package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"

	"earshot/internal/loadkit"
)

// mutator makes requests that are wrong in a place or two, which reaches
// deeper than noise.
type mutator struct{ *rand.Rand }

// pieces are what goes wrong in JSON, one after the other.
var pieces = []string{
	``, `null`, `true`, `-`, `-0`, `1e400`, `-1e-400`, `9007199254740993`, `99999999999999999999999`, `0x1`, `01`, `1.`, `.5`, `NaN`,
	`""`, `"\u0000"`, `"\ud800"`, `"\udc00\ud800"`, `"\ud83d\ude00"`, `"\x"`, "\"\xff\xfe\"", "\"a\x00b\"", "\"\u202e\u0000\"", `"'; drop table contact; --"`,
	`"<script>alert(1)</script>"`, `"{{ contact.email | x }}"`, `"../../../etc/passwd"`, `"%00%0a"`, `"__proto__"`, `"constructor"`,
	`{}`, `[]`, `[[]]`, `{"":{}}`, `{"__proto__":{"a":1}}`, `{"a":1,"a":2}`, `{"id":1,"ID":2}`, `[1,2,3,null]`, `{"other":{"other":"x"}}`, `{"other":"x"}`,
	`"00000000-0000-0000-0000-000000000000"`, `"6f1c2d3e-0000-4000-8000-00000000000a"`, `"2026-02-30T25:61:61Z"`, `"0000-00-00"`, `"9999999999999999"`,
	`,`, `:`, `"`, `}`, `]`, `/* */`, `//`, "\xef\xbb\xbf", "\u2028",
}

var (
	deep      = strings.Repeat(`{"a":[`, 40) + strings.Repeat(`]}`, 40)
	deepList  = strings.Repeat("[", 5000)
	longText  = `"` + strings.Repeat("x", 17<<10) + `"`
	manyKeys  = `{` + strings.TrimSuffix(strings.Repeat(`"k":1,`, 900), ",") + `}`
	wholeBody = strings.Repeat(" ", 64<<10)
	tooLong   = `{"who":{"anonymous_id":"visitor-0001"},"x":"` + strings.Repeat("x", 65<<10) + `"}`
)

// request gives a whole HTTP request.
func (m *mutator) request(path string) []byte {
	body := m.body()
	method, version, extra := "POST", "1.1", ""
	switch m.IntN(40) {
	case 0:
		path = m.pick("/c/v1/", "/c/v1/nothing", "/c/v1/00000000-0000-0000-0000-000000000000", path+"/", path+"?x=%zz", "/c/v1/%00", "//", "/../c", "*",
			"/s/aaaaaa-bbbbbb", "/s/%ff", "/v001/client.js", "/v001/..%2f..%2fetc%2fpasswd", "/v001/%2e%2e", "/readyz", "/demo/", "/"+strings.Repeat("a", 9000))
	case 1:
		method = m.pick("GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "BREW", "post", "")
	case 2:
		extra = m.pick("Content-Encoding: gzip\r\n", "Content-Type: application/json\r\n", "Content-Type: multipart/form-data\r\n", "Expect: 100-continue\r\n",
			"Origin: null\r\n", "Cookie: "+strings.Repeat("a=b; ", 3000)+"\r\n", "X-Long: "+strings.Repeat("x", 40<<10)+"\r\n", "Bad Header\r\n",
			"Content-Length: 1\r\n", "Transfer-Encoding: chunked, identity\r\n", "Host: a\r\nHost: b\r\n", "If-None-Match: *\r\n", "Range: bytes=0-\r\n")
	case 3:
		version = m.pick("1.0", "2.0", "9.9", "1.1 ", "")
	}
	connection := ""
	if method == "HEAD" { // its answer has a length and no body
		connection = "Connection: close\r\n"
		method = "GET"
	}
	return fmt.Appendf(nil, "%s %s HTTP/%s\r\nHost: 127.0.0.1\r\n%s%sContent-Length: %d\r\n\r\n%s", method, path, version, extra, connection, len(body), body)
}

func (m *mutator) pick(from ...string) string { return from[m.IntN(len(from))] }

// body gives a batch with some damage.
func (m *mutator) body() []byte {
	switch m.IntN(60) {
	case 0:
		return []byte(m.pick(deep, deepList, longText, manyKeys, wholeBody, tooLong, "", "null", "[]", "0", `"x"`))
	case 1:
		noise := make([]byte, m.IntN(300))
		for i := range noise {
			noise[i] = byte(m.Uint32())
		}
		return noise
	}
	b := m.valid()
	for range 1 + m.IntN(3) {
		b = m.damage(b)
	}
	return b
}

// valid gives a batch of every kind of operation.
func (m *mutator) valid() []byte {
	view := loadkit.UID(m.Rand)
	uid := func() any { return loadkit.UID(m.Rand) }
	ops := []op{
		{"op": "identify", "uid": uid(), "ts": 1763900000000, "id": "u1", "email": "ada@example.com", "traits": op{"plan": "pro", "seats": 3, "since_at": "2026-01-01", "tags": []any{1, "a"}},
			"account": op{"id": "acme", "name": "Acme", "traits": op{"mrr": 12.5}}, "write_operation": "append", "locale": "de-AT", "signature": "ab"},
		{"op": "track", "uid": uid(), "name": "saved", "properties": op{"a": 1, "b": true, "c": nil}},
		{"op": "page", "uid": uid(), "url": "https://a.example/x?y#z", "title": "X"},
		{"op": "session", "uid": uid()},
		{"op": "reset", "uid": uid()},
		viewOp(view, surveyKey),
		{"op": "view", "uid": uid(), "survey": otherKey, "launch": "manual", "event": "saved", "dry": true, "tags": []any{"a", "b"}},
		answerOp("answer", loadkit.UID(m.Rand), view, 1, 9, "good"),
		{"op": "complete", "uid": uid(), "view": view, "seq": 2, "answers": op{"recommend": 11, "why": 5}, "hidden": op{"plan": "x"}, "element": "why"},
		answerOp("dismiss", loadkit.UID(m.Rand), view, 3, 1, "x"),
	}
	from := m.IntN(len(ops))
	b := batch(fmt.Sprintf("visitor-%04d", m.IntN(50)), "", ops[from:min(len(ops), from+1+m.IntN(4))]...)
	return bytes.Replace(b, []byte(`"v":1`), []byte(`"v":1,"ask":true,"debug":true`), 1)
}

// damage changes one place.
func (m *mutator) damage(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	at := m.IntN(len(b))
	switch m.IntN(6) {
	case 0: // a bit
		b[at] ^= 1 << m.IntN(8)
		return b
	case 1: // cut off
		return b[:at]
	case 2: // something in between
		return splice(b, at, at, []byte(pieces[m.IntN(len(pieces))]))
	case 3: // a part twice
		to := min(len(b), at+m.IntN(40))
		return splice(b, at, at, b[at:to])
	}
	from, to := valueNear(b, at) // a value replaced, which stays JSON
	return splice(b, from, to, []byte(pieces[m.IntN(len(pieces))]))
}

func splice(b []byte, from, to int, piece []byte) []byte {
	out := make([]byte, 0, len(b)+len(piece))
	out = append(out, b[:from]...)
	out = append(out, piece...)
	return append(out, b[to:]...)
}

// valueNear finds the value after the next colon: a text, a number, a word.
func valueNear(b []byte, at int) (from, to int) {
	colon := bytes.IndexByte(b[at:], ':')
	if colon < 0 {
		return at, at
	}
	from = at + colon + 1
	to = from
	if to < len(b) && b[to] == '"' {
		for to++; to < len(b) && b[to] != '"'; to++ {
			if b[to] == '\\' {
				to++
			}
		}
		return from, min(len(b), to+1)
	}
	for to < len(b) && !bytes.ContainsRune([]byte(",}]"), rune(b[to])) {
		to++
	}
	return from, to
}
