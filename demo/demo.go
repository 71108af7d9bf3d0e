// Package demo holds the surveys of the demonstration, as files like any
// customer's. The product that shows them is in internal/webui/demo.
package demo

import "embed"

// Files is a folder as `earshot apply` takes it: surveys/<key>.yaml.
//
//go:embed surveys
var Files embed.FS
