package arch

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// The domain is values in, values out. What it must not know: how long a
// request may take, how anything is stored or sent, what machine this is.
var outsideDomain = strings.Fields(`
	context database/sql embed io/fs log math/rand math/rand/v2
	net net/http os os/exec os/signal path/filepath syscall
`)

// Names that the domain must not use of packages that it may import: those
// that read or run a clock, and those that log. A value may say how it wants
// to be logged.
var forbidden = map[string][]string{
	"time":     strings.Fields("Now Since Until After AfterFunc NewTimer NewTicker Sleep Tick Local"),
	"log/slog": strings.Fields("Debug Info Warn Error Log LogAttrs Default SetDefault New With"),
}

func TestDomainKnowsNoOutsideWorld(t *testing.T) {
	t.Parallel()
	for _, s := range domainFiles(t) {
		for _, path := range s.imports {
			if slices.Contains(outsideDomain, path) {
				t.Errorf("%s: the domain must not import %s", s.name, path)
			}
			if strings.Contains(path, ".") && !allowedInDomain(path) {
				t.Errorf("%s: the domain must not depend on %s", s.name, path)
			}
		}
	}
}

// allowedInDomain lists what others wrote that is itself values in, values out.
func allowedInDomain(path string) bool {
	return strings.HasPrefix(path, "golang.org/x/text/") ||
		strings.HasPrefix(path, "golang.org/x/crypto/") ||
		path == "github.com/google/uuid"
}

func TestDomainHasNoClockAndNoLog(t *testing.T) {
	t.Parallel()
	for _, s := range domainFiles(t) {
		for path, names := range forbidden {
			if known := importedAs(s, path); known != "" {
				refuse(t, s, known, names)
			}
		}
	}
}

// refuse fails the test for each use of one of the names of a package.
func refuse(t *testing.T, s source, pkg string, names []string) {
	t.Helper()
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := sel.X.(*ast.Ident); ok && of.Name == pkg && slices.Contains(names, sel.Sel.Name) {
			t.Errorf("%s: the domain must not use %s.%s", at(s, sel), pkg, sel.Sel.Name)
		}
		return true
	})
}

// importedAs gives the name under which a file knows a standard package, or
// nothing if it does not.
func importedAs(s source, path string) string {
	for i, imp := range s.imports {
		if imp != path {
			continue
		}
		if name := s.file.Imports[i].Name; name != nil {
			return name.Name
		}
		return path[strings.LastIndex(path, "/")+1:]
	}
	return ""
}

func domainFiles(t *testing.T) []source {
	t.Helper()
	return slices.DeleteFunc(sources(t), func(s source) bool {
		return s.test || !slices.Contains(domain, s.pkg)
	})
}
