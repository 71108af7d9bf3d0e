package survey

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Limits of one definition, in code points where they are of texts.
const (
	MaxElements = 100
	MaxOptions  = 100
	MaxText     = 5000
	MaxLabel    = 500
)

var (
	identifierForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_]{0,63}$`)
	traitForm      = regexp.MustCompile(`^[a-z0-9_]{1,64}$`)
	languageForm   = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)
	colourForm     = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
	linkForm       = regexp.MustCompile(`\]\(([^)]*)\)`)
)

// Problems gives everything for which publishing is refused: path of a field,
// as in "elements[2].points" -> what was expected there. It is empty for a
// survey that can be published.
func (d Definition) Problems() map[string]string {
	p := problems{}
	p.add(d.Language == "" || languageForm.MatchString(d.Language), "language", `a language such as "en" or "de-AT"`)
	seen := map[Channel]bool{}
	for i, c := range d.Channels {
		field := fmt.Sprintf("channels[%d]", i)
		p.add(c == Widget || c == Page || c == Embed, field, "widget, page or embed")
		p.add(!seen[c], field, "each channel once")
		seen[c] = true
	}
	p.elements(d)
	p.flow(d)
	p.look(d.Look)
	p.launch(d)
	return p
}

func (p problems) elements(d Definition) {
	asks := slices.ContainsFunc(d.Elements, func(e Element) bool { return e.Kind().Asks })
	p.add(asks, "elements", "at least one question")
	p.add(len(d.Elements) <= MaxElements, "elements", fmt.Sprintf("at most %d elements", MaxElements))
	seen := map[string]bool{}
	for i, e := range d.Elements {
		own := problems{}
		own.add(!seen[e.ID], "id", "an identifier of its own")
		seen[e.ID] = true
		own.element(e)
		path := fmt.Sprintf("elements[%d]", i)
		for field, expected := range own {
			p.add(false, path+"."+field, expected+of(e))
		}
	}
}

// of names the element in a message, for readers who cannot count to its index.
func of(e Element) string {
	if e.ID == "" {
		return ""
	}
	return fmt.Sprintf(" (element %q)", e.ID)
}

// reserved identifiers: where jumps end, and what every JavaScript object has.
var reserved = []string{End, "constructor"}

func (p problems) element(e Element) {
	kind, known := KindOf(e.Type)
	p.add(known && e.Options != nil, "type", "one of "+strings.Join(Kinds(), ", "))
	p.add(identifierForm.MatchString(e.ID), "id", "1 to 64 characters a-z, 0-9 and _, not beginning with _")
	p.add(!slices.Contains(reserved, e.ID), "id", fmt.Sprintf("another identifier; %q has a meaning of its own", e.ID))
	if !known || e.Options == nil {
		return
	}
	p.words(e, kind)
	p.add(kind.Asks || !e.Required, "required", "nothing: "+e.Type+" asks nothing")
	p.add(kind.Asks || e.Trait == "", "trait", "nothing: "+e.Type+" asks nothing")
	p.add(e.Trait == "" || traitForm.MatchString(e.Trait), "trait", "1 to 64 characters a-z, 0-9 and _")
	for field, expected := range e.Options.Problems() {
		p.add(false, field, expected)
	}
}

// words checks texts and the picture.
func (p problems) words(e Element, kind Kind) {
	shown := e.Question + e.Description + e.Image
	p.add(!kind.Shown || strings.TrimSpace(e.Question) != "" || !kind.Asks && shown != "", "question", "a text")
	p.add(kind.Shown || shown+e.Button == "", "question", "nothing: "+e.Type+" is never shown")
	for field, text := range map[string]string{"question": e.Question, "description": e.Description} {
		p.add(codePoints(text) <= MaxText, field, fmt.Sprintf("at most %d characters", MaxText))
		for _, link := range linkForm.FindAllStringSubmatch(text, -1) {
			p.add(SafeAddress(link[1], "http", "https", "mailto"), field,
				fmt.Sprintf("links to whole addresses with http, https or mailto, not %q", link[1]))
		}
	}
	p.text(e.Button, "button")
	p.text(e.ImageAlt, "image_alt")
	p.add(e.Image == "" || SafeAddress(e.Image, "http", "https"), "image", "a whole address with http or https")
	p.add(e.Image == "" || e.ImageAlt != "", "image_alt", "what the picture shows, for those who cannot see it")
}

func (p problems) look(l Look) {
	p.oneOf(l.Layout, "look.layout", "corner", "bottom", "side", "modal", "full")
	p.oneOf(l.Position, "look.position", "bottom-right", "bottom-left", "top-right", "top-left")
	p.oneOf(l.Scheme, "look.scheme", "auto", "light", "dark")
	p.oneOf(l.Font, "look.font", "system", "host")
	for field, c := range map[string]string{"accent": l.Accent, "background": l.Background, "text": l.Text} {
		p.add(c == "" || colourForm.MatchString(c), "look."+field, `a colour such as "#4f46e5"`)
	}
	p.add(l.Radius == nil || *l.Radius >= 0 && *l.Radius <= 32, "look.radius", "0 to 32")
	p.add(l.Logo == "" || SafeAddress(l.Logo, "http", "https"), "look.logo", "a whole address with http or https")
}
