package survey

import (
	"slices"

	"earshot/internal/ident"
)

// BrowserSurvey is what is needed to draw a survey and nothing else
// (docs/api/collect.md).
type BrowserSurvey struct {
	UUID      ident.ID  `json:"uuid"`
	Key       string    `json:"key"`
	Version   int       `json:"version"`
	Language  string    `json:"language"`
	Look      Look      `json:"look"`
	Elements  []Element `json:"elements"`
	WholeOnly bool      `json:"whole_only"`
	Channel   Channel   `json:"channel"`
}

// ForBrowser gives what one visitor's browser gets of the definition of s:
// texts filled with what the server knows of the visitor, nothing about
// audience and launch, nothing about the traits that answers are written to.
// Version is that of the publication, 0 for a draft in preview.
func (d Definition) ForBrowser(s Survey, version int, channel Channel, known Lookup) BrowserSurvey {
	b := BrowserSurvey{UUID: s.ID, Key: s.Key, Version: version, Language: d.Language, Look: d.Look,
		Elements: slices.Clone(d.Elements), WholeOnly: d.WholeOnly, Channel: channel}
	if b.Language == "" {
		b.Language = "en"
	}
	if b.Elements == nil {
		b.Elements = []Element{}
	}
	for i := range b.Elements {
		e := &b.Elements[i]
		e.Trait, e.AccountSide = "", false
		e.Question = FillMarkdown(e.Question, known)
		e.Description = FillMarkdown(e.Description, known)
	}
	return b
}
