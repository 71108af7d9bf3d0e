package launch

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"earshot/internal/survey"
)

// PageMatcher is a list of page rules, compiled. Rules are OR-ed.
//
// The browser client has the same rules in TypeScript; spec/vectors/pages.json
// keeps both equal. What is compared, and how addresses are made comparable,
// is written in docs/rules/launch.md.
type PageMatcher struct{ rules []pageRule }

type pageRule struct {
	path bool // compare the path alone
	test func(address string) bool
}

// pageOps builds the comparison of each operator for a value that is already
// comparable. One line here is one operator, with and without path_.
var pageOps = map[string]func(value string) func(string) bool{
	"equals": func(value string) func(string) bool {
		want := withoutEndSlash(value)
		return func(address string) bool { return withoutEndSlash(address) == want }
	},
	"starts_with": func(value string) func(string) bool {
		return func(address string) bool { return strings.HasPrefix(address, value) }
	},
	"contains": func(value string) func(string) bool {
		return func(address string) bool { return strings.Contains(address, value) }
	},
	"matches": func(value string) func(string) bool {
		parts := strings.Split(value, "*")
		return func(address string) bool { return matchesParts(address, parts) }
	},
}

// CompilePages prepares rules for matching. A rule that cannot work (unknown
// operator, empty value, broken expression) matches no page; publishing
// refuses such rules, so this only happens to data from elsewhere.
func CompilePages(rules []survey.PageRule) PageMatcher {
	m := PageMatcher{rules: make([]pageRule, 0, len(rules))}
	for _, r := range rules {
		if c, ok := compilePage(r); ok {
			m.rules = append(m.rules, c)
		}
	}
	return m
}

func compilePage(r survey.PageRule) (pageRule, bool) {
	op, path := strings.CutPrefix(r.Op, "path_")
	if r.Value == "" {
		return pageRule{}, false
	}
	if op == "regex" {
		re, err := regexp.Compile(r.Value)
		if err != nil {
			return pageRule{}, false
		}
		return pageRule{path, re.MatchString}, true
	}
	build, ok := pageOps[op]
	if !ok {
		return pageRule{}, false
	}
	return pageRule{path, build(plain(r.Value))}, true
}

// Match tells whether any rule matches the page at this address.
func (m PageMatcher) Match(address string) bool {
	if address == "" || len(m.rules) == 0 {
		return false
	}
	address = plain(address)
	path := pathOf(address)
	for _, r := range m.rules {
		if r.path && r.test(path) || !r.path && r.test(address) {
			return true
		}
	}
	return false
}

// plain makes an address (or the value of a rule) comparable: scheme and host
// in lower case, everything outside ASCII percent-encoded as browsers do it.
func plain(address string) string {
	if n := originLen(address); n > 0 {
		if lower := strings.ToLower(address[:n]); lower != address[:n] {
			address = lower + address[n:]
		}
	}
	if isASCII(address) {
		return address
	}
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// originLen is how much of an address is scheme and host: "https://a.example"
// of "https://a.example/b?c". 0 if it does not begin with a scheme.
func originLen(address string) int {
	i := strings.Index(address, "://")
	if i <= 0 || strings.ContainsAny(address[:i], "/?#*") {
		return 0
	}
	if n := strings.IndexAny(address[i+3:], "/?#"); n >= 0 {
		return i + 3 + n
	}
	return len(address)
}

// pathOf is the path of an address, without query and fragment, at least "/".
func pathOf(address string) string {
	path := address[originLen(address):]
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	if path == "" {
		return "/"
	}
	return path
}

// withoutEndSlash drops one slash at the end of the path, wherever query or
// fragment follow: for "equals", /pricing/ and /pricing are one page.
func withoutEndSlash(address string) string {
	end := len(address)
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		end = i
	}
	if end > 0 && address[end-1] == '/' {
		return address[:end-1] + address[end:]
	}
	return address
}

// matchesParts matches a pattern that was split at its stars. Without a star
// it is plain equality. Each part is looked for at the first possible place,
// so the work grows with the address, never with the number of stars.
func matchesParts(address string, parts []string) bool {
	last := len(parts) - 1
	if last == 0 {
		return address == parts[0]
	}
	rest, ok := strings.CutPrefix(address, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1:last] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[last])
}
