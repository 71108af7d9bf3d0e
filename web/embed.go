// Package web carries the built browser parts inside the binary: the client
// script, the widget, survey pages and the dashboard. They are built by
// `npm run build`; without it the package still compiles, but is empty but for
// a note.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns what the build left in web/dist. Files with a hash in their
// name never change and may be cached for ever; manifest.json says which of
// them are current ({"client", "widget", "page"}); snippet.txt holds the
// snippet with __SERVER__ and __PROJECT__ to be filled in.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // only if the directive above and this line disagree
	}
	return sub
}
