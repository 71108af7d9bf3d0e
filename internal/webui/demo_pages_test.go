package webui_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The demo product's pages are static: what can be wrong with them can be read
// from the files.

var (
	pageLink = regexp.MustCompile(`(?:href|src)="([^"#?]*)[^"]*"`)
	inline   = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+="|<script>`)
)

func TestDemoPages(t *testing.T) {
	t.Parallel()
	files := os.DirFS("demo")
	pages, err := fs.Glob(files, "*.html")
	if err != nil || len(pages) < 5 {
		t.Fatalf("found %v, %v", pages, err)
	}
	for _, name := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			page := string(b)
			if n := strings.Count(page, "__EARSHOT_SNIPPET__"); n != 1 {
				t.Errorf("the snippet's place is there %d times, want once", n)
			}
			if found := inline.FindString(page); found != "" {
				t.Errorf("%q would be refused by the page's own policy", found)
			}
			for _, link := range pageLink.FindAllStringSubmatch(page, -1) {
				if !leads(files, link[1]) {
					t.Errorf("%q leads nowhere", link[1])
				}
			}
		})
	}
}

// leads tells whether an address below /demo/ has something behind it.
func leads(files fs.FS, address string) bool {
	if slices.Contains([]string{"", "./", "answers.json"}, address) {
		return true
	}
	if path.Ext(address) == "" {
		address += ".html"
	}
	_, err := fs.Stat(files, address)
	return err == nil
}
