package arch

import (
	"cmp"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// A function longer than this hides something that has a name. A typical one
// has about ten lines; a few over sixty are fine.
const longest = 120

func TestLongestFunctions(t *testing.T) {
	t.Parallel()
	type function struct {
		name, where string
		lines       int
	}
	var all []function
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			lines := fset.Position(f.End()).Line - fset.Position(f.Pos()).Line + 1
			all = append(all, function{f.Name.Name, at(s, f), lines})
			if lines > longest {
				t.Errorf("%s: %s has %d lines, more than %d", at(s, f), f.Name.Name, lines, longest)
			}
		}
	}
	slices.SortFunc(all, func(a, b function) int { return cmp.Compare(b.lines, a.lines) })
	t.Log("The five longest functions. Would two names read better than one?")
	for _, f := range all[:min(5, len(all))] {
		t.Logf("%4d lines  %s  %s", f.lines, f.name, f.where)
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		said[s.pkg] = said[s.pkg] || introduces(s.file)
	}
	for pkg, ok := range said {
		if !ok {
			t.Errorf("%s has no package comment", pkg)
		}
	}
}

// introduces tells whether a file carries its package's comment in the usual
// form: "Package x ..." or, for a program, "Command x ..." or its own name.
func introduces(f *ast.File) bool {
	text := f.Doc.Text()
	if f.Name.Name == "main" {
		return len(strings.Fields(text)) > 3
	}
	return strings.HasPrefix(text, "Package "+f.Name.Name+" ")
}
