package survey

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"earshot/internal/contact"
)

// Lookup gives what is put in for {{ source.name }}; ok is false for a source
// that is not filled now, which leaves the place as it is for somebody else.
// An empty text means that nothing is known, so the fallback stands in.
type Lookup func(source, name string) (text string, ok bool)

var place = regexp.MustCompile(`\{\{[ \t]*(contact|account|hidden|answer)\.([A-Za-z0-9_-]{1,128})[ \t]*(?:\|([^{}|]*))?\}\}`)

// Fill puts values into {{ contact.first_name | there }}. What is put in is
// text: it is never searched for places again.
func Fill(text string, lookup Lookup) string {
	return fill(text, lookup, func(value string) string { return value })
}

// FillMarkdown is Fill for a text in which Markdown is read afterwards: what
// is put in has every character that could mean something escaped by a
// backslash, and is on one line.
func FillMarkdown(text string, lookup Lookup) string {
	return fill(text, lookup, func(value string) string {
		return escapeMarkdown.Replace(strings.Join(strings.Fields(value), " "))
	})
}

func fill(text string, lookup Lookup, put func(string) string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	return place.ReplaceAllStringFunc(text, func(match string) string {
		parts := place.FindStringSubmatch(match)
		value, ok := lookup(parts[1], parts[2])
		if !ok {
			return match
		}
		if value == "" {
			value = strings.TrimSpace(parts[3])
		}
		return put(value)
	})
}

var escapeMarkdown = strings.NewReplacer(
	`\`, `\\`, `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `(`, `\(`, `)`, `\)`, `{`, `\{`, `}`, `\}`, "`", "\\`")

// places lists what a text asks for.
func places(text string) [][2]string {
	var found [][2]string
	for _, m := range place.FindAllStringSubmatch(text, -1) {
		found = append(found, [2]string{m[1], m[2]})
	}
	return found
}

// Known is the Lookup of what the server knows: traits of a contact and of
// its account, either may be nil. Hidden fields and answers are left to the
// browser.
func Known(p *contact.Profile, a *contact.Account) Lookup {
	return func(source, name string) (string, bool) {
		switch source {
		case "contact":
			return ofContact(p, name), true
		case "account":
			return ofAccount(a, name), true
		}
		return "", false
	}
}

func ofContact(p *contact.Profile, name string) string {
	switch {
	case p == nil:
		return ""
	case name == "id":
		return p.UserID
	case name == "email":
		return p.Email
	}
	return plainText(p.Traits[name])
}

func ofAccount(a *contact.Account, name string) string {
	switch {
	case a == nil:
		return ""
	case name == "id":
		return a.RemoteID
	case name == "name":
		return a.Name
	}
	return plainText(a.Traits[name])
}

// plainText writes a trait as a reader expects it. A date without time of day
// is written as a day.
func plainText(v contact.Value) string {
	switch v.Type {
	case contact.Text:
		return v.Text
	case contact.Integer:
		return strconv.FormatInt(v.Int, 10)
	case contact.Float:
		return strconv.FormatFloat(v.Float, 'f', -1, 64)
	case contact.Boolean:
		return strconv.FormatBool(v.Bool)
	case contact.Date:
		t := v.Time.Time()
		if t.Equal(t.Truncate(24 * time.Hour)) {
			return t.Format(time.DateOnly)
		}
		return t.Format("2006-01-02 15:04")
	}
	return ""
}
