package arch

import (
	"slices"
	"strings"
	"testing"
)

// order lists our packages, lowest first. A package may import only packages
// that stand before it. Adding a package means deciding where it belongs.
var order = strings.Fields(`
	internal/fault internal/ident
	internal/contact internal/segment internal/survey internal/team
	internal/launch internal/response internal/report
	internal/store internal/store/storetest
	internal/surveyfile
	internal/app
	internal/store/sqlite
	internal/job
	internal/httpkit
	internal/collect internal/restv1
	web demo internal/webui
	internal/config
	internal/cli
	cmd/earshot
	internal/loadkit bench trust e2e/tlsproxy
	internal/arch
`)

// Those of one group stand side by side and know nothing of each other.
var (
	domain = strings.Fields(`internal/fault internal/ident
		internal/contact internal/segment internal/survey internal/team
		internal/launch internal/response internal/report`)
	engines = strings.Fields("internal/store/sqlite internal/store/postgres")
	doors   = strings.Fields("internal/collect internal/restv1 internal/manage internal/webui")

	// wiring sees everything: it chooses the engine and opens the doors.
	wiring = strings.Fields("internal/cli cmd/earshot internal/loadkit bench trust")
)

func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	for i, pkg := range order {
		if slices.Contains(order[:i], pkg) {
			t.Errorf("package %s has two places in the order", pkg)
		}
	}
	lost := map[string]bool{}
	for _, s := range sources(t) {
		from := slices.Index(order, s.pkg)
		if from < 0 {
			lost[s.pkg] = true
			continue
		}
		for _, to := range ours(s) {
			if !s.test && slices.Index(order, to) >= from {
				t.Errorf("%s: %s must not import %s, which stands above it", s.name, s.pkg, to)
			}
		}
	}
	for pkg := range lost {
		t.Errorf("package %s has no place in the order yet", pkg)
	}
}

func TestNeighboursAreStrangers(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, to := range ours(s) {
			if why := strangers(s.pkg, to); why != "" {
				t.Errorf("%s: %s must not import %s: %s", s.name, s.pkg, to, why)
			}
		}
	}
}

// strangers says why one package must not know another although it stands
// above it, or nothing if it may.
func strangers(from, to string) string {
	is := slices.Contains[[]string]
	switch {
	case is(doors, from) && is(doors, to):
		return "a door does not lead to another door"
	case is(engines, from) && is(engines, to):
		return "an engine does not know another engine"
	case is(engines, from) && to == "internal/app":
		return "an engine keeps what it is given and has no use cases"
	case is(engines, to) && !is(wiring, from):
		return "only the wiring chooses an engine, everybody else has the contract in internal/store"
	case to == "internal/config" && !is(wiring, from):
		return "settings are handed on as plain values"
	}
	return ""
}

func TestStrangers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rule, from, to string
		apart          bool
	}{
		{"a door may not use a door", "internal/webui", "internal/collect", true},
		{"a door may not use an engine", "internal/collect", "internal/store/sqlite", true},
		{"a door may not read settings", "internal/collect", "internal/config", true},
		{"an engine may not use an engine", "internal/store/postgres", "internal/store/sqlite", true},
		{"an engine may not use a use case", "internal/store/sqlite", "internal/app", true},
		{"an engine may use the contract", "internal/store/sqlite", "internal/store", false},
		{"the wiring may use an engine", "internal/cli", "internal/store/sqlite", false},
		{"a door may use a use case", "internal/collect", "internal/app", false},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			if why := strangers(test.from, test.to); (why != "") != test.apart {
				t.Errorf("%s to %s: got %q", test.from, test.to, why)
			}
		})
	}
}

// Test code that finds its way into the binary brings flags and a registry of
// its own with it.
func TestNoTestingOutsideTests(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || s.pkg == "internal/store/storetest" {
			continue
		}
		for _, path := range s.imports {
			if path == "testing" || strings.HasPrefix(path, "testing/") || path == module+"internal/store/storetest" {
				t.Errorf("%s must not import %s", s.name, path)
			}
		}
	}
}

// ours gives the folders of our own packages that a file imports.
func ours(s source) []string {
	var folders []string
	for _, path := range s.imports {
		if folder, ok := strings.CutPrefix(path, module); ok {
			folders = append(folders, folder)
		}
	}
	return folders
}
