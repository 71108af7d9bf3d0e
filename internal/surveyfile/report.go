package surveyfile

import (
	"fmt"
	"strings"
)

// String is the plan for a terminal.
func (p Plan) String() string {
	var b strings.Builder
	same := 0
	for _, s := range p.Steps {
		if !s.changes() {
			same++
			continue
		}
		fmt.Fprintf(&b, "%s %s: %s\n", s.sign(), s.Key, s.does())
		for _, c := range s.Fields {
			b.WriteString(c.String())
		}
	}
	switch changes := p.Changes(); {
	case changes == 0:
		fmt.Fprintf(&b, "Nothing to do: %s as the files say.\n", surveys(same, "is", "are"))
	default:
		fmt.Fprintf(&b, "%s, %d unchanged.\n", surveys(changes, "to change", "to change"), same)
	}
	return b.String()
}

func (s Step) sign() string {
	if s.Create {
		return "+"
	}
	return "~"
}

func (s Step) does() string {
	var parts []string
	if s.Create {
		parts = append(parts, fmt.Sprintf("create %q, elements: %d", s.file.Name, len(s.file.Definition.Elements)))
	}
	if n := len(s.Fields); n == 1 {
		parts = append(parts, "change 1 field")
	} else if n > 1 {
		parts = append(parts, fmt.Sprintf("change %d fields", n))
	}
	switch {
	case s.Move == Publish && s.Version > 0:
		parts = append(parts, fmt.Sprintf("publish as version %d", s.Version))
	case s.Move != Stay:
		parts = append(parts, string(s.Move))
	}
	return strings.Join(parts, ", ")
}

// String is the change for a terminal, one line if it is short.
func (c Change) String() string {
	old, next := c.Old, c.New
	if old == "" {
		old = "(none)"
	}
	if next == "" {
		next = "(none)"
	}
	if len(c.Path)+len(old)+len(next) <= 90 {
		return fmt.Sprintf("    %s: %s → %s\n", c.Path, old, next)
	}
	return fmt.Sprintf("    %s:\n      - %s\n      + %s\n", c.Path, old, next)
}

func surveys(n int, one, many string) string {
	if n == 1 {
		return "1 survey " + one
	}
	return fmt.Sprintf("%d surveys %s", n, many)
}
