package launch

import (
	"strings"
	"testing"

	"earshot/internal/survey"
)

type pageVectors struct {
	Cases []struct {
		Says    string
		Rules   []survey.PageRule
		Address string
		Matches bool
	}
}

func TestPageRules(t *testing.T) {
	t.Parallel()
	var f pageVectors
	readJSON(t, "../../spec/vectors/pages.json", &f)
	if len(f.Cases) < 40 {
		t.Fatalf("only %d cases", len(f.Cases))
	}
	for _, c := range f.Cases {
		t.Run(c.Says, func(t *testing.T) {
			t.Parallel()
			if got := CompilePages(c.Rules).Match(c.Address); got != c.Matches {
				t.Errorf("%s on %v: got %t", c.Address, c.Rules, got)
			}
		})
	}
}

// Every operator a survey may be published with is one that works here.
func TestPublishableOperatorsMatch(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"equals", "starts_with", "contains", "matches", "regex"} {
		for _, op := range []string{op, "path_" + op} {
			address := "/plan"
			if !CompilePages([]survey.PageRule{{Op: op, Value: "/plan"}}).Match(address) {
				t.Errorf("%s /plan does not match %s", op, address)
			}
		}
	}
}

// FuzzPageRules: whatever a stranger's address and a member's rule are, matching
// ends without a panic, and what must hold of every address does.
func FuzzPageRules(f *testing.F) {
	f.Add("https://a.example/b?c#d")
	f.Add("://")
	f.Add("*:///?#")
	f.Add("a://ü?://")
	f.Fuzz(func(t *testing.T, address string) {
		if address == "" {
			return
		}
		match := func(op, value string) bool {
			return CompilePages([]survey.PageRule{{Op: op, Value: value}}).Match(address)
		}
		for _, op := range []string{"equals", "starts_with", "contains"} {
			if !match(op, address) {
				t.Errorf("%s does not match itself: %q", op, address)
			}
		}
		if !match("matches", "*") || !match("path_matches", "*") {
			t.Errorf("a star does not match %q", address)
		}
		if path := pathOf(plain(address)); strings.ContainsAny(path, "?#") || path == "" {
			t.Errorf("path of %q is %q", address, path)
		}
		match("regex", address)
	})
}
