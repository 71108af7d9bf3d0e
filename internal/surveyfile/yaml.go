package surveyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxLevels bounds how deep a file may nest.
const maxLevels = 32

// document reads YAML into JSON, so that there is one strict decoder for
// files, API and database. It gives the fields of the top level, and the line
// of every path.
//
// Of YAML only what JSON can say is taken. Aliases and merge keys are refused:
// a small file could mean a huge survey.
func document(text []byte, p problemsOf) ([]member, map[string]int) {
	c := converter{lines: map[string]int{}, p: p}
	if len(text) > MaxFile {
		p.add("", fmt.Sprintf("at most %d bytes", MaxFile))
		return nil, c.lines
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			p.add("", "a survey; the file is empty")
		} else {
			p.add("", "YAML: "+strings.TrimPrefix(err.Error(), "yaml: "))
		}
		return nil, c.lines
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		p.add("", "one survey and nothing after it")
		return nil, c.lines
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		p.add("", "fields such as key, name and elements")
		return nil, c.lines
	}
	return c.members(doc.Content[0], "", 1), c.lines
}

// converter turns nodes into JSON and notes on which line each path is.
type converter struct {
	lines map[string]int
	p     problemsOf
}

func (c converter) members(n *yaml.Node, path string, level int) []member {
	var members []member
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge" {
			c.refuse(key, path, "plain field names")
			continue
		}
		at := strings.TrimPrefix(path+"."+key.Value, ".")
		c.lines[at] = key.Line
		if seen[key.Value] {
			c.p.add(at, "the field only once")
			continue
		}
		seen[key.Value] = true
		members = append(members, member{key.Value, c.value(value, at, level+1)})
	}
	return members
}

func (c converter) refuse(n *yaml.Node, path, expected string) json.RawMessage {
	if path == "" {
		expected = fmt.Sprintf("%s (line %d)", expected, n.Line)
	}
	c.p.add(path, expected)
	return json.RawMessage("null")
}

func (c converter) value(n *yaml.Node, path string, level int) json.RawMessage {
	if level > maxLevels {
		return c.refuse(n, path, fmt.Sprintf("at most %d levels", maxLevels))
	}
	switch n.Kind {
	case yaml.MappingNode:
		return object(c.members(n, path, level))
	case yaml.SequenceNode:
		b := []byte{'['}
		for i, item := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			at := path + "[" + strconv.Itoa(i) + "]"
			c.lines[at] = item.Line
			b = append(b, c.value(item, at, level+1)...)
		}
		return append(b, ']')
	case yaml.ScalarNode:
		return c.scalar(n, path)
	case yaml.AliasNode:
		return c.refuse(n, path, "the value itself instead of an alias")
	}
	return c.refuse(n, path, "a value")
}

func (c converter) scalar(n *yaml.Node, path string) json.RawMessage {
	switch n.ShortTag() {
	case "!!str", "!!timestamp":
		return quote(n.Value)
	case "!!null":
		return json.RawMessage("null")
	case "!!bool":
		return json.RawMessage(strings.ToLower(n.Value))
	case "!!int", "!!float":
		return c.number(n, path)
	}
	return c.refuse(n, path, "a plain value without the tag "+n.ShortTag())
}

// number keeps the digits as they stand where JSON would write them so, too.
func (c converter) number(n *yaml.Node, path string) json.RawMessage {
	if json.Valid([]byte(n.Value)) {
		return json.RawMessage(n.Value)
	}
	var i int64
	if n.ShortTag() == "!!int" && n.Decode(&i) == nil {
		return strconv.AppendInt(nil, i, 10)
	}
	var f float64
	if n.Decode(&f) == nil {
		if raw, err := json.Marshal(f); err == nil {
			return raw
		}
	}
	return c.refuse(n, path, "a number")
}
