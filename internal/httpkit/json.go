package httpkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"earshot/internal/fault"
	"earshot/internal/ident"
)

// Limits of one JSON document.
type Limits struct {
	Body   int // bytes
	Depth  int // nested objects and arrays
	Keys   int // object keys in the whole document
	Key    int // characters of one key
	String int // characters of one string value, as written
}

// Public are the limits of doors that anybody may knock at.
var Public = Limits{Body: 64 << 10, Depth: 32, Keys: 1000, Key: 128, String: 16 << 10}

// ReadJSON reads the request's body as one JSON document into v. It stops
// reading just past the limit. Duplicate keys (also those that differ in case
// only, because encoding/json takes them for the same field), invalid UTF-8,
// lone surrogates, NUL and anything after the document are refused, so that
// no two readers can see two meanings. Unknown fields are ignored.
func ReadJSON(r *http.Request, l Limits, v any) error {
	body, err := ReadBody(nil, r, l.Body)
	if err != nil {
		return err
	}
	return DecodeJSON(body, l, v)
}

// DecodeJSON is ReadJSON for a document that has been read already.
func DecodeJSON(doc []byte, l Limits, v any) error {
	if err := CheckJSON(doc, l); err != nil {
		return err
	}
	return Unmarshal(doc, v)
}

// Unmarshal decodes a document that has passed CheckJSON, or a part of one,
// and names the field that has the wrong type.
func Unmarshal(doc []byte, v any) error {
	if err := json.Unmarshal(doc, v); err != nil {
		return shapeFault(err)
	}
	return nil
}

// ReadBody reads at most limit bytes into buf, which may be nil; more is a
// fault of kind TooLarge.
func ReadBody(buf []byte, r *http.Request, limit int) ([]byte, error) {
	if r.ContentLength > int64(limit) {
		return buf, tooLarge(limit)
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return buf, fault.New(fault.Invalid, "bad_encoding", "Send the body without compression.")
	}
	buf = slices.Grow(buf[:0], max(int(r.ContentLength), 512)+bytes.MinRead) // room to see the end without growing
	into := bytes.NewBuffer(buf)
	n, err := into.ReadFrom(io.LimitReader(r.Body, int64(limit)+1))
	if err != nil {
		return into.Bytes(), fault.New(fault.Invalid, "bad_body", "The body could not be read.").Because(err)
	}
	if n > int64(limit) {
		return into.Bytes(), tooLarge(limit)
	}
	return into.Bytes(), nil
}

func tooLarge(limit int) error {
	return fault.Newf(fault.TooLarge, "too_large", "The body is larger than %d bytes.", limit)
}

// shapeFault tells which field had which wrong type.
func shapeFault(err error) error {
	if te, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		path := te.Field
		if path == "" {
			path = "body"
		}
		return fault.Field("bad_type", path, "expected "+typeWord(te.Type)+", got "+te.Value)
	}
	return fault.New(fault.Invalid, "bad_json", "The body does not have the expected shape: "+err.Error())
}

func typeWord(t reflect.Type) string {
	kind := t.Kind().String()
	switch {
	case t == reflect.TypeFor[ident.ID]():
		return "a UUID"
	case kind == "slice" || kind == "array":
		return "a list"
	case kind == "struct" || kind == "map":
		return "an object"
	case kind == "bool":
		return "true or false"
	case strings.Contains(kind, "int"):
		return "a whole number"
	case strings.HasPrefix(kind, "float"):
		return "a number"
	}
	return "a text"
}

// CheckJSON holds a document to the limits and to having one meaning.
func CheckJSON(b []byte, l Limits) error {
	c := checker{b: b, l: l}
	c.space()
	if err := c.value(0); err != nil {
		return err
	}
	c.space()
	if c.i != len(b) {
		return c.fail("nothing after the document")
	}
	return nil
}

// checker walks a document once, without building anything.
type checker struct {
	b    []byte
	i    int
	l    Limits
	keys int
}

func (c *checker) fail(expected string) error {
	return fault.Newf(fault.Invalid, "bad_json", "Not acceptable JSON at byte %d: expected %s.", c.i, expected)
}

func (c *checker) space() {
	for c.i < len(c.b) {
		switch c.b[c.i] {
		case ' ', '\t', '\n', '\r':
			c.i++
		default:
			return
		}
	}
}

func (c *checker) value(depth int) error {
	if c.i >= len(c.b) {
		return c.fail("a value")
	}
	switch ch := c.b[c.i]; {
	case ch == '{':
		return c.object(depth + 1)
	case ch == '[':
		return c.array(depth + 1)
	case ch == '"':
		_, _, err := c.text(c.l.String)
		return err
	case ch == '-' || ch >= '0' && ch <= '9':
		return c.number()
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if bytes.HasPrefix(c.b[c.i:], []byte(word)) {
			c.i += len(word)
			return nil
		}
	}
	return c.fail("a value")
}

func (c *checker) deeper(depth int) error {
	if depth > c.l.Depth {
		return c.fail(fmt.Sprintf("at most %d levels", c.l.Depth))
	}
	c.i++ // the bracket
	c.space()
	return nil
}

func (c *checker) object(depth int) error {
	if err := c.deeper(depth); err != nil {
		return err
	}
	var seen keySet
	for first := true; ; first = false {
		if c.i < len(c.b) && c.b[c.i] == '}' && first {
			c.i++
			return nil
		}
		if err := c.key(&seen); err != nil {
			return err
		}
		if err := c.value(depth); err != nil {
			return err
		}
		c.space()
		done, err := c.next('}')
		if done || err != nil {
			return err
		}
	}
}

func (c *checker) key(seen *keySet) error {
	if c.i >= len(c.b) || c.b[c.i] != '"' {
		return c.fail("a key in quotes")
	}
	at := c.i
	key, plain, err := c.text(c.l.Key)
	if err != nil {
		return err
	}
	if !plain {
		var decoded string
		if err := json.Unmarshal(c.b[at:c.i], &decoded); err != nil {
			return c.fail("a valid text")
		}
		key = []byte(decoded)
	}
	if c.keys++; c.keys > c.l.Keys {
		return c.fail(fmt.Sprintf("at most %d keys", c.l.Keys))
	}
	if !seen.add(key) {
		c.i = at
		return fault.Newf(fault.Invalid, "duplicate_key", "The key %q appears twice in one object.", key)
	}
	c.space()
	if c.i >= len(c.b) || c.b[c.i] != ':' {
		return c.fail("a colon")
	}
	c.i++
	c.space()
	return nil
}

func (c *checker) array(depth int) error {
	if err := c.deeper(depth); err != nil {
		return err
	}
	if c.i < len(c.b) && c.b[c.i] == ']' {
		c.i++
		return nil
	}
	for {
		if err := c.value(depth); err != nil {
			return err
		}
		c.space()
		done, err := c.next(']')
		if done || err != nil {
			return err
		}
	}
}

// next steps over a comma, or over the closing bracket.
func (c *checker) next(closing byte) (done bool, err error) {
	if c.i >= len(c.b) {
		return false, c.fail("a comma or " + string(closing))
	}
	switch c.b[c.i] {
	case closing:
		c.i++
		return true, nil
	case ',':
		c.i++
		c.space()
		return false, nil
	}
	return false, c.fail("a comma or " + string(closing))
}

// text steps over a string and gives what stands between the quotes; plain
// says that there are no escapes in it.
func (c *checker) text(limit int) (raw []byte, plain bool, err error) {
	start := c.i + 1
	plain = true
	for c.i = start; c.i < len(c.b); {
		switch ch := c.b[c.i]; {
		case ch == '"':
			raw = c.b[start:c.i]
			c.i++
			if len(raw) > limit && utf8.RuneCount(raw) > limit {
				return nil, false, c.fail(fmt.Sprintf("a text of at most %d characters", limit))
			}
			return raw, plain, nil
		case ch == '\\':
			plain = false
			if err := c.escape(); err != nil {
				return nil, false, err
			}
		case ch < 0x20:
			return nil, false, c.fail("no control characters in a text")
		case ch < utf8.RuneSelf:
			c.i++
		default:
			r, size := utf8.DecodeRune(c.b[c.i:])
			if r == utf8.RuneError && size == 1 {
				return nil, false, c.fail("valid UTF-8")
			}
			c.i += size
		}
	}
	return nil, false, c.fail("a closing quote")
}

// escape steps over one escape sequence, or a surrogate pair of two.
func (c *checker) escape() error {
	if c.i+1 >= len(c.b) {
		return c.fail("an escape sequence")
	}
	if c.b[c.i+1] != 'u' {
		if !strings.ContainsRune(`"\/bfnrt`, rune(c.b[c.i+1])) {
			return c.fail("an escape sequence")
		}
		c.i += 2
		return nil
	}
	r, ok := c.hex(c.i)
	switch {
	case !ok:
		return c.fail("four hexadecimal digits")
	case r == 0:
		return c.fail("no NUL")
	case !utf16.IsSurrogate(r):
		c.i += 6
		return nil
	}
	low, ok := c.hex(c.i + 6)
	if !ok || utf16.DecodeRune(r, low) == utf8.RuneError {
		return c.fail("no lone surrogate")
	}
	c.i += 12
	return nil
}

// hex reads \uXXXX at i.
func (c *checker) hex(i int) (rune, bool) {
	if i+6 > len(c.b) || c.b[i] != '\\' || c.b[i+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(c.b[i+2:i+6]), 16, 16)
	return rune(n), err == nil
}

func (c *checker) digits() int {
	from := c.i
	for c.i < len(c.b) && c.b[c.i] >= '0' && c.b[c.i] <= '9' {
		c.i++
	}
	return c.i - from
}

func (c *checker) number() error {
	if c.b[c.i] == '-' {
		c.i++
	}
	zero := c.i < len(c.b) && c.b[c.i] == '0'
	if n := c.digits(); n == 0 || zero && n > 1 {
		return c.fail("a number")
	}
	if c.i < len(c.b) && c.b[c.i] == '.' {
		c.i++
		if c.digits() == 0 {
			return c.fail("digits after the point")
		}
	}
	if c.i < len(c.b) && (c.b[c.i] == 'e' || c.b[c.i] == 'E') {
		c.i++
		if c.i < len(c.b) && (c.b[c.i] == '+' || c.b[c.i] == '-') {
			c.i++
		}
		if c.digits() == 0 {
			return c.fail("an exponent")
		}
	}
	return nil
}

// keySet finds duplicate keys of one object: the same but for letter case, as
// encoding/json takes them. Most objects are small, so it compares one by one
// first and makes a map only for larger ones.
type keySet struct {
	few  [12][]byte
	n    int
	many map[string]struct{}
}

func (k *keySet) add(key []byte) bool {
	if k.many == nil {
		for _, have := range k.few[:k.n] {
			if bytes.EqualFold(have, key) {
				return false
			}
		}
		if k.n < len(k.few) {
			k.few[k.n] = key
			k.n++
			return true
		}
		k.many = make(map[string]struct{}, 2*len(k.few))
		for _, have := range k.few {
			k.many[folded(have)] = struct{}{}
		}
	}
	key = []byte(folded(key))
	if _, dup := k.many[string(key)]; dup {
		return false
	}
	k.many[string(key)] = struct{}{}
	return true
}

// folded spells two keys alike exactly if bytes.EqualFold holds for them.
func folded(key []byte) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, string(key))
}
