package surveyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"earshot/internal/survey"
)

// Write writes one file a survey, <dir>/surveys/<key>.yaml. A file that
// already says the same stays untouched, with its comments and its layout.
func Write(dir string, surveys []survey.Survey) error {
	if err := os.MkdirAll(filepath.Join(dir, Folder), 0o755); err != nil {
		return fmt.Errorf("write survey files: %w", err)
	}
	for _, s := range surveys {
		name := filepath.Join(dir, Folder, s.Key+".yaml")
		before, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("write survey files: %w", err)
		}
		if err == nil && says(before, s) {
			continue
		}
		text, err := Text(s)
		if err != nil {
			return fmt.Errorf("write survey %s: %w", s.Key, err)
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return fmt.Errorf("write survey files: %w", err)
		}
	}
	return nil
}

// says tells whether a file has nothing to change about a survey, its uuid
// included.
func says(text []byte, s survey.Survey) bool {
	f, wrong := Parse("", text)
	if len(wrong) > 0 || f.ID != s.ID {
		return false
	}
	step, err := compare(&s, f)
	return err == nil && !step.changes()
}

// Text is a survey as the text of a file: the same every time.
func Text(s survey.Survey) ([]byte, error) {
	raw, err := json.Marshal(s.Draft)
	if err != nil {
		return nil, err
	}
	definition, err := nodeOf(json.NewDecoder(bytes.NewReader(raw)))
	if err != nil {
		return nil, err
	}
	doc := &yaml.Node{Kind: yaml.MappingNode}
	head := [][2]string{{"key", s.Key}, {"uuid", s.ID.String()}, {"name", s.Name}, {"status", string(s.Status)}}
	for _, h := range head {
		doc.Content = append(doc.Content, text(h[0]), text(h[1]))
	}
	if s.Pending() {
		doc.Content = append(doc.Content, text("unpublished_changes"), &yaml.Node{Kind: yaml.ScalarNode, Value: "true"})
	}
	doc.Content = append(doc.Content, definition.Content...)
	lay(doc, 0)
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(doc), enc.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// nodeOf reads the next JSON value into a node, fields in their order.
func nodeOf(dec *json.Decoder) (*yaml.Node, error) {
	dec.UseNumber()
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		n := &yaml.Node{Kind: yaml.MappingNode}
		if t == '[' {
			n.Kind = yaml.SequenceNode
		}
		for dec.More() {
			item, err := nodeOf(dec)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, item)
		}
		_, err := dec.Token() // the closing bracket
		return n, err
	case string:
		return text(t), nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: t.String()}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(token)}, nil
}

// Words that older readers of YAML take for true or false.
var oldBools = []string{"y", "n", "yes", "no", "on", "off"}

// text is a text node. Several lines are written as they are, unless reading
// would change their breaks or take their beginning for indentation. Double
// quotes are for what needs quotes anyway.
func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case strings.ContainsAny(s, "\r\u0085\u2028\u2029"), slices.Contains(oldBools, strings.ToLower(s)),
		strings.ContainsAny(s, "\n\t") && (strings.Contains(s, "\t") || strings.TrimLeft(s, " \n") != s),
		s != "" && strings.ContainsAny(s[:1], "#&*!|>%@`<=-?:,[]{}") && !strings.ContainsAny(s, `\"`):
		n.Style = yaml.DoubleQuotedStyle
	case strings.Contains(s, "\n"):
		n.Style = yaml.LiteralStyle
	}
	return n
}

// width is how long a line may be for something to be written on one.
const width = 88

// airy are the lists that always get a line an item, and whose items, if true,
// get a line a field.
var airy = map[string]bool{"elements": true, "rules": true, "options": false, "random": false}

// lay decides what of a mapping is written on one line: everything small that
// is not one of the airy lists. The mapping's own lines begin at indent.
func lay(n *yaml.Node, indent int) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		itemsToo, isAiry := airy[key]
		switch {
		case value.Kind == yaml.ScalarNode:
		case isAiry && value.Kind == yaml.SequenceNode:
			for _, item := range value.Content {
				layOne(item, indent+4, indent+4, itemsToo)
			}
		default:
			layOne(value, indent+len(key)+2, indent+2, false)
		}
	}
}

// layOne writes n on one line where it fits after the column; else a line an
// item, each of which is judged by itself.
func layOne(n *yaml.Node, after, indent int, block bool) {
	size, flat := measure(n)
	switch {
	case !block && flat && after+size <= width:
		n.Style |= yaml.FlowStyle
	case n.Kind == yaml.MappingNode:
		lay(n, indent)
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			layOne(item, indent+2, indent+2, false)
		}
	}
}

// measure gives the length on one line; flat is false with several lines of text.
func measure(n *yaml.Node) (size int, flat bool) {
	size, flat = len([]rune(n.Value))+2, n.Style != yaml.LiteralStyle
	for _, item := range n.Content {
		s, f := measure(item)
		size, flat = size+s, flat && f
	}
	return size, flat
}
