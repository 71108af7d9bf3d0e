package httpkit

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"earshot/internal/fault"
)

func TestCheckJSONHasOneMeaning(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, doc, code string }{
		{"a plain object", `{"a":1,"b":[true,null,"x"],"c":-1.5e+3}`, ""},
		{"space around", " {\n}\t", ""},
		{"emoji as surrogate pair", `"\ud83d\ude00"`, ""},
		{"a key twice", `{"a":1,"a":2}`, "duplicate_key"},
		{"a key twice in another case", `{"who":1,"Who":2}`, "duplicate_key"},
		{"a key twice in a case that only Unicode knows", `{"skin":1,"ſKin":2}`, "duplicate_key"},
		{"the same among many", `{` + manyKeys(20) + `,"K3":1}`, "duplicate_key"},
		{"a key twice, once escaped", `{"a":1,"\u0061":2}`, "duplicate_key"},
		{"a key twice among many", `{` + manyKeys(20) + `,"k3":1}`, "duplicate_key"},
		{"the same key in two objects", `[{"a":1},{"a":2}]`, ""},
		{"something after the document", `{} {}`, "bad_json"},
		{"lone high surrogate", `"\ud800"`, "bad_json"},
		{"lone low surrogate", `"\udc00x"`, "bad_json"},
		{"NUL escaped", `"a\u0000b"`, "bad_json"},
		{"NUL raw", "\"a\x00b\"", "bad_json"},
		{"invalid UTF-8", "\"\xff\"", "bad_json"},
		{"number with leading zero", `01`, "bad_json"},
		{"number without digits", `-`, "bad_json"},
		{"trailing comma", `[1,]`, "bad_json"},
		{"trailing comma in object", `{"a":1,}`, "bad_json"},
		{"unclosed", `{"a":`, "bad_json"},
		{"empty", ``, "bad_json"},
		{"deep as allowed", strings.Repeat("[", 32) + strings.Repeat("]", 32), ""},
		{"too deep", strings.Repeat("[", 33) + strings.Repeat("]", 33), "bad_json"},
		{"too many keys", `{` + manyKeys(1001) + `}`, "bad_json"},
		{"key too long", `{"` + strings.Repeat("k", 129) + `":1}`, "bad_json"},
		{"long text in a script of three bytes a character", `"` + strings.Repeat("語", 16<<10) + `"`, ""},
		{"text too long", `"` + strings.Repeat("x", 16<<10+1) + `"`, "bad_json"},
		{"a name that pollutes elsewhere is only data", `{"__proto__":{"a":1}}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := CheckJSON([]byte(tt.doc), Public)
			code := ""
			if err != nil {
				code = fault.As(err).Code
			}
			if code != tt.code {
				t.Errorf("code = %q, want %q (%v)", code, tt.code, err)
			}
		})
	}
}

func manyKeys(n int) string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = `"k` + string(rune('0'+i%10)) + strings.Repeat("_", i/10) + `":1`
	}
	return strings.Join(keys, ",")
}

func TestReadBodyStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{true, false} {
		body := bytes.NewReader(make([]byte, 1<<20))
		r := httptest.NewRequest(http.MethodPost, "/", body)
		if !known {
			r.ContentLength = -1
		}
		_, err := ReadBody(nil, r, Public.Body)
		if fault.As(err).Kind != fault.TooLarge {
			t.Errorf("err = %v, want too_large", err)
		}
		if read := 1<<20 - body.Len(); read > Public.Body+4096 {
			t.Errorf("read %d bytes, want at most the limit and 4 KiB", read)
		}
	}
}

func TestReadJSONNamesTheField(t *testing.T) {
	t.Parallel()
	var v struct {
		Who struct {
			ID string `json:"id"`
		} `json:"who"`
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"who":{"id":5}}`))
	f := fault.As(ReadJSON(r, Public, &v))
	if f.Fields["who.id"] != "expected a text, got number" {
		t.Errorf("fields = %v", f.Fields)
	}
}

// Whatever passes the check is accepted by encoding/json, and never the other
// way round for documents without a second meaning.
func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":"\u00e9"}]}`, `"\ud83d\ude00"`, `-0.0e-1`, `[`, "\"\xff\"", `{"a":1,"A":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := CheckJSON(b, Public); err == nil && !json.Valid(b) {
			t.Errorf("accepted what is not JSON: %q", b)
		}
	})
}
