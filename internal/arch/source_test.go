package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "earshot/"
)

// source is one Go file of ours.
type source struct {
	name    string // of the file, from the root of the repository
	pkg     string // its folder
	test    bool
	file    *ast.File
	imports []string
}

var fset = token.NewFileSet()

// sources reads every Go file of the repository. It also fails the test if
// there are suspiciously few, so that a moved folder cannot make it pass.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && skipped(d.Name()) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		s, err := read(path)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("found %d Go files under %s, which cannot be all", len(all), root)
	}
	return all
}

func skipped(folder string) bool {
	return folder == "node_modules" || folder == "testdata" ||
		strings.HasPrefix(folder, ".") && folder != "." && folder != ".."
}

func read(path string) (source, error) {
	file, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	name, err := filepath.Rel(root, path)
	if err != nil {
		return source{}, err
	}
	name = filepath.ToSlash(name)
	s := source{name: name, pkg: strings.TrimSuffix(name, "/"+filepath.Base(path)), file: file}
	s.test = strings.HasSuffix(name, "_test.go")
	for _, imp := range file.Imports {
		path, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, path)
	}
	return s, nil
}

// at says where a node is, as file:line.
func at(s source, n ast.Node) string {
	return s.name + ":" + strconv.Itoa(fset.Position(n.Pos()).Line)
}
