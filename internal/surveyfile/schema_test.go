package surveyfile

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/internal/segment"
	"earshot/internal/survey"
)

const schemaFile = "../../spec/survey.schema.json"

// The schema is made of the Go types, so that it cannot lack a field, and of
// hints for what the types do not say. It is for editors: the strict reader
// and publishing know more.
func TestSchemaIsThatOfTheTypes(t *testing.T) {
	t.Parallel()
	raw, err := json.MarshalIndent(schema(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	raw = append(raw, '\n')
	if *update {
		if err := os.WriteFile(schemaFile, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(schemaFile); err != nil || string(have) != string(raw) {
		t.Errorf("%s is not up to date (go test -update writes it anew): %v", schemaFile, err)
	}
	for at := range hints {
		if !hinted[at] {
			t.Errorf("the hint for %s belongs to no field", at)
		}
	}
}

func TestSchemaAcceptsTheSamples(t *testing.T) {
	t.Parallel()
	v := validator{root: readSchema(t)}
	for _, dir := range []string{"testdata/good", "../../demo"} {
		eachFile(t, dir, func(name string, doc any) {
			if wrong := v.check(v.root, doc, ""); wrong != "" {
				t.Errorf("%s: %s", name, wrong)
			}
		})
	}
}

func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	v := validator{root: readSchema(t)}
	good := map[string]any{"key": "x", "name": "X", "elements": []any{map[string]any{"id": "a", "type": "nps", "question": "Q"}}}
	if wrong := v.check(v.root, good, ""); wrong != "" {
		t.Fatal(wrong)
	}
	element := func(fields map[string]any) map[string]any {
		e := map[string]any{"id": "a", "type": "nps"}
		maps.Copy(e, fields)
		return map[string]any{"elements": []any{e}}
	}
	for rule, change := range map[string]map[string]any{
		"an unknown field":            {"colour": "red"},
		"an unknown status":           {"status": "live"},
		"a key with capitals":         {"key": "Nps"},
		"a number for a name":         {"name": 5.0},
		"an unknown element type":     element(map[string]any{"type": "quiz"}),
		"an option of another type":   element(map[string]any{"points": 5.0}),
		"too many points":             element(map[string]any{"type": "rating", "points": 12.0}),
		"a fraction for whole number": element(map[string]any{"type": "rating", "points": 2.5}),
		"an element without type":     {"elements": []any{map[string]any{"id": "a"}}},
		"a rule without goto":         element(map[string]any{"type": "logic", "rules": []any{map[string]any{"when": map[string]any{"answer": "x", "op": "is"}}}}),
		"an unknown operator":         element(map[string]any{"type": "logic", "rules": []any{map[string]any{"goto": "end", "when": map[string]any{"answer": "x", "op": "like"}}}}),
		"a colour name":               {"look": map[string]any{"accent": "red"}},
		"a span without unit":         {"pages": map[string]any{"delay": "3"}},
		"an unknown trigger":          {"trigger": map[string]any{"type": "moon"}},
		"null":                        {"look": nil},
		"a condition without trait":   {"audience": map[string]any{"conditions": map[string]any{"op": "is"}}},
		"a condition's unknown field": {"audience": map[string]any{"conditions": map[string]any{"event": "x", "op": "is"}}},
		"an unknown operator there":   {"audience": map[string]any{"conditions": map[string]any{"trait": "x", "op": "like"}}},
		"a property outside a where":  {"audience": map[string]any{"conditions": map[string]any{"property": "x", "op": "is_set"}}},
		"a window of hours":           {"audience": map[string]any{"conditions": map[string]any{"event": "x", "within": "3h"}}},
	} {
		doc := maps.Clone(good)
		maps.Copy(doc, change)
		if v.check(v.root, doc, "") == "" {
			t.Errorf("%s is accepted", rule)
		}
	}
}

func readSchema(t *testing.T) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(raw, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

func eachFile(t *testing.T, dir string, fn func(name string, doc any)) {
	t.Helper()
	folder := os.DirFS(dir)
	names, err := fs.Glob(folder, "surveys/*.y*ml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		p := problemsOf{}
		members, _ := document(text, p)
		var doc any
		if err := json.Unmarshal(object(members), &doc); err != nil || len(p) > 0 {
			t.Fatalf("%s: %v %v", name, err, p)
		}
		fn(name, doc)
	}
}

// thing is a piece of JSON Schema.
type thing = map[string]any

func described(description string) thing { return thing{"type": "string", "description": description} }

func oneOf(values ...string) thing { return thing{"enum": values} }

func between(low, high int) thing { return thing{"minimum": low, "maximum": high} }

// hints add to fields what their Go types do not say.
var hints = map[string]thing{
	"Definition.language":     {"description": "Language of the texts, such as en or de-AT. Default: en", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"},
	"Definition.channels":     {"items": oneOf("widget", "page", "embed"), "uniqueItems": true, "description": "How the survey reaches people. Default: all"},
	"Definition.elements":     {"maxItems": survey.MaxElements},
	"Definition.priority":     {"description": "Higher goes first"},
	"Definition.whole_only":   {"description": "Answers leave the browser only on completion"},
	"Definition.page_reopens": {"description": "Survey page: the same contact within this span overwrites. Default: 3h"},

	"common.id":            {"pattern": "^[a-z0-9][a-z0-9_]{0,63}$", "description": "Question identifier, unique in the survey"},
	"common.question":      {"maxLength": survey.MaxText, "description": "Headline. A small part of Markdown, and {{ contact.first_name | there }}"},
	"common.description":   {"maxLength": survey.MaxText, "description": "Smaller text below"},
	"common.image":         {"description": "Address of a picture"},
	"common.image_alt":     {"description": "What the picture shows, for those who cannot see it"},
	"common.required":      {"description": "The answer may not be skipped"},
	"common.button":        {"description": "Text of the continue button"},
	"common.trait":         {"pattern": "^[a-z0-9_]{1,64}$", "description": "The answer is also written to this trait of the contact"},
	"common.account_trait": {"pattern": "^[a-z0-9_]{1,64}$", "description": "The answer is also written to this trait of the account"},

	"CSAT.points":            between(2, 5),
	"CSAT.style":             oneOf("smileys", "stars", "thumbs", "numbers", "text"),
	"CSAT.labels":            {"description": "One a point, from low to high"},
	"CES.points":             oneOfNumbers(5, 7),
	"Rating.points":          between(2, 11),
	"Rating.start":           between(0, 1),
	"Rating.style":           oneOf("stars", "hearts", "numbers", "smileys"),
	"SingleChoice.options":   {"maxItems": survey.MaxOptions},
	"SingleChoice.columns":   between(1, 3),
	"SingleChoice.other":     {"description": "Label of one more option that takes an own text"},
	"MultipleChoice.options": {"maxItems": survey.MaxOptions},
	"MultipleChoice.columns": between(1, 3),
	"MultipleChoice.other":   {"description": "Label of one more option that takes an own text"},
	"MultipleChoice.min":     {"minimum": 0},
	"MultipleChoice.max":     {"minimum": 0},
	"Option.value":           {"minLength": 1, "maxLength": 100, "description": "What is stored, never shown"},
	"Option.exclusive":       {"description": "Chosen alone, such as None of these"},
	"ShortText.pattern":      {"description": "RE2, of the whole value"},
	"ShortText.pattern_hint": {"description": "What to type instead"},
	"CTA.url":                {"description": "http, https or mailto"},
	"Redirect.url":           {"description": "http or https"},
	"ThankYou.close_after":   {"description": "Stays until closed if left out"},
	"Logic.rules":            {"maxItems": survey.MaxRules},
	"Logic.otherwise":        {"description": "Identifier of a later element, or end"},
	"Rule.goto":              {"description": "Identifier of a later element, or end"},
	"Weighted.goto":          {"description": "Identifier of a later element, or end"},
	"Weighted.weight":        between(1, 1000),
	"When.answer":            {"description": "Identifier of an earlier question"},
	"When.hidden":            {"description": "Name of a hidden field"},
	"When.op":                oneOf("is", "is_not", "is_one_of", "contains", "<", "<=", ">", ">=", "answered", "not_answered"),

	"Look.layout":     oneOf("corner", "bottom", "side", "modal", "full"),
	"Look.position":   oneOf("bottom-right", "bottom-left", "top-right", "top-left"),
	"Look.scheme":     oneOf("auto", "light", "dark"),
	"Look.accent":     {"pattern": "^#[0-9A-Fa-f]{6}$"},
	"Look.background": {"pattern": "^#[0-9A-Fa-f]{6}$"},
	"Look.text":       {"pattern": "^#[0-9A-Fa-f]{6}$"},
	"Look.radius":     between(0, 32),
	"Look.font":       oneOf("system", "host"),

	"Audience.who":          oneOf("everyone", "identified", "anonymous"),
	"Audience.countries":    {"items": thing{"type": "string", "pattern": "^[A-Z]{2}$"}},
	"Audience.devices":      {"items": oneOf("desktop", "tablet", "mobile")},
	"Audience.sample":       {"minimum": 0, "maximum": 100, "description": "Percent of the contacts"},
	"Audience.sample_group": {"description": "Surveys of one group share their draw"},
	"Trigger.type":          oneOf("immediately", "delay", "page", "event", "manual"),
	"Trigger.since":         oneOf("session", "audience", "first_seen"),
	"Trigger.within":        {"description": "page, session, or a span such as 30m"},
	"PageRule.op": oneOf("equals", "starts_with", "contains", "matches", "regex",
		"path_equals", "path_starts_with", "path_contains", "path_matches", "path_regex"),
	"PageRule.value":               {"minLength": 1},
	"Pages.delay":                  {"description": "How long on the page before it appears"},
	"Recurrence.repeat":            oneOf("once", "trigger", "session", "every"),
	"Recurrence.for":               {"description": "In all, from the first time seen"},
	"FollowUp.times":               {"minimum": 1, "maximum": 100},
	"Limits.responses":             {"minimum": 0},
	"Limits.views_per_contact":     {"minimum": 0},
	"Limits.responses_per_contact": {"minimum": 0},
	"Throttle.views":               {"minimum": 0},
	"Throttle.responses":           {"minimum": 0},
}

// hinted notes which hints were used.
var hinted = map[string]bool{}

func oneOfNumbers(values ...int) thing { return thing{"enum": values} }

func schema() thing {
	defs := thing{
		"span": thing{"type": "string", "pattern": "^[0-9]+[smhdw]$", "description": "A whole number and a unit: 90s, 5m, 2h, 3d, 2w"},
		"operand": thing{"anyOf": []any{
			thing{"type": []string{"string", "number", "boolean"}},
			thing{"type": "array", "items": thing{"type": []string{"string", "number", "boolean"}}},
		}},
		"condition": condition(),
		"where":     where(),
	}
	root := structure(reflect.TypeFor[survey.Definition](), defs)
	maps.Copy(root["properties"].(thing), thing{
		"key":                 thing{"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$", "description": "Readable, unique in the project"},
		"uuid":                thing{"type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "description": "Written by pull; leave it out for a new survey"},
		"name":                thing{"type": "string", "minLength": 1, "maxLength": 200},
		"status":              thing{"enum": []string{"draft", "published", "archived"}, "description": "Default: draft"},
		"unpublished_changes": thing{"type": "boolean", "description": "Visitors keep the published version for now"},
	})
	root["required"] = []string{"key", "name", "elements"}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Earshot survey file"
	root["$defs"] = defs
	return root
}

func condition() thing {
	name := described("Name of the trait")
	within := thing{"type": "string", "pattern": "^(session|[1-9][0-9]{0,2}d)$", "description": "session, or whole days such as 30d"}
	survey := described("Key or uuid of a survey")
	day := thing{"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "A day of UTC"}
	act := oneOf("seen", "answered", "completed", "dismissed")
	times := closed(thing{"op": oneOf(">=", "<=", "="), "value": thing{"type": "integer", "minimum": 0, "maximum": segment.MaxTimes}}, "op", "value")
	return choice("condition",
		comparison("trait", name, nil), comparison("account_trait", name, nil),
		comparison("meta", oneOf(segment.MetaFields()...), nil),
		comparison("answer", described("Question identifier"), thing{"survey": survey}, "survey"),
		closed(thing{"event": described("Name of the event"), "did": thing{"type": "boolean", "description": "Default: true"}, "times": times,
			"within": within, "after": day, "before": day, "where": thing{"$ref": "#/$defs/where"}}, "event"),
		closed(thing{"survey": survey, "did": act, "within": within}, "survey", "did"),
		closed(thing{"survey": survey, "did_not": act, "within": within}, "survey", "did_not"),
		closed(thing{"segment": described("Key of a segment"), "op": oneOf("is", "is_not")}, "segment", "op"),
	)
}

// where is a condition on the properties of an event.
func where() thing {
	return choice("where", comparison("property", described("Name of the property"), nil))
}

// choice is a node of a tree: a group of such nodes, or one of the leaves.
func choice(name string, leaves ...any) thing {
	self := thing{"$ref": "#/$defs/" + name}
	list := thing{"type": "array", "items": self, "minItems": 1}
	groups := []any{closed(thing{"all": list}, "all"), closed(thing{"any": list}, "any"), closed(thing{"not": self}, "not")}
	return thing{"anyOf": append(groups, leaves...)}
}

// comparison is a leaf with an operator; further members are extra.
func comparison(source string, name, extra thing, required ...string) thing {
	properties := thing{
		source: name, "op": thing{"enum": segment.Operators(), "description": "docs/rules/conditions.md"},
		"value": thing{}, "case": thing{"type": "boolean", "description": "Letter case counts, too"},
	}
	maps.Copy(properties, extra)
	return closed(properties, append([]string{source, "op"}, required...)...)
}

// closed is an object without further members.
func closed(properties thing, required ...string) thing {
	return thing{"type": "object", "additionalProperties": false, "required": required, "properties": properties}
}

// structure describes a struct, and in defs those within it.
func structure(t reflect.Type, defs thing) thing {
	properties, required := thing{}, []string{}
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if options == "" {
			required = append(required, name)
		}
		s := describe(f.Type, defs)
		at := t.Name() + "." + name
		if hint, ok := hints[at]; ok {
			hinted[at] = true
			if hint["enum"] != nil {
				delete(s, "type")
			}
			maps.Copy(s, hint)
		}
		properties[name] = s
	}
	s := thing{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func describe(t reflect.Type, defs thing) thing {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[survey.Span]():
		return thing{"$ref": "#/$defs/span"}
	case reflect.TypeFor[time.Time]():
		return described("A moment such as 2026-01-31T09:00:00Z")
	case reflect.TypeFor[json.RawMessage]():
		return thing{"$ref": "#/$defs/operand"}
	case reflect.TypeFor[segment.Condition]():
		return thing{"$ref": "#/$defs/condition"}
	case reflect.TypeFor[survey.Element]():
		return element(defs)
	}
	switch t.Kind() {
	case reflect.Struct:
		name := strings.ToLower(t.Name())
		if defs[name] == nil {
			defs[name] = thing{} // ends recursion
			defs[name] = structure(t, defs)
		}
		return thing{"$ref": "#/$defs/" + name}
	case reflect.Slice:
		return thing{"type": "array", "items": describe(t.Elem(), defs)}
	case reflect.Bool:
		return thing{"type": "boolean"}
	case reflect.Int:
		return thing{"type": "integer"}
	case reflect.Float64:
		return thing{"type": "number"}
	}
	return thing{"type": "string"}
}

// element is a choice of the types, each with the common fields and its own.
func element(defs thing) thing {
	var kinds []any
	for _, name := range survey.Kinds() {
		kind, _ := survey.KindOf(name)
		s := structure(reflect.TypeOf(kind.New()).Elem(), defs)
		all := s["properties"].(thing)
		maps.Copy(all, commonFields())
		all["type"] = thing{"const": name}
		s["required"] = []string{"id", "type"}
		defs["element_"+name] = s
		kinds = append(kinds, thing{"$ref": "#/$defs/element_" + name})
	}
	return thing{"anyOf": kinds}
}

// commonFields reads the names from an element that has them all.
func commonFields() thing {
	all := thing{}
	for _, accountSide := range []bool{false, true} {
		raw, err := json.Marshal(survey.Element{ID: "x", Type: "info", Question: "x", Description: "x", Image: "x", ImageAlt: "x",
			Required: true, Button: "x", Trait: "x", AccountSide: accountSide, Options: &survey.Info{}})
		var values map[string]any
		if err != nil || json.Unmarshal(raw, &values) != nil {
			panic(fmt.Sprint("an element cannot be written: ", err))
		}
		for name, v := range values {
			s := thing{"type": "string"}
			if v == true {
				s["type"] = "boolean"
			}
			hinted["common."+name] = true
			maps.Copy(s, hints["common."+name])
			all[name] = s
		}
	}
	return all
}

// validator knows as much of JSON Schema as the schema uses.
type validator struct{ root map[string]any }

func (v validator) check(s map[string]any, doc any, path string) string {
	if ref, ok := s["$ref"].(string); ok {
		target := v.root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		if wrong := v.check(target, doc, path); wrong != "" {
			return wrong
		}
	}
	if choices, ok := s["anyOf"].([]any); ok {
		var reasons []string
		for _, one := range choices {
			wrong := v.check(one.(map[string]any), doc, path)
			if wrong == "" {
				return ""
			}
			reasons = append(reasons, wrong)
		}
		return path + ": none of: " + strings.Join(reasons, "; ")
	}
	if want, ok := s["const"]; ok && want != doc {
		return fmt.Sprintf("%s: not %v", path, want)
	}
	if values, ok := s["enum"].([]any); ok && !slices.Contains(values, doc) {
		return fmt.Sprintf("%s: not one of %v", path, values)
	}
	if types := s["type"]; types != nil && !slices.ContainsFunc(typesOf(doc), func(is string) bool {
		list, many := types.([]any)
		return types == is || many && slices.Contains(list, any(is))
	}) {
		return fmt.Sprintf("%s: not a %v", path, types)
	}
	switch doc := doc.(type) {
	case map[string]any:
		return v.object(s, doc, path)
	case []any:
		items, _ := s["items"].(map[string]any)
		for i, item := range doc {
			if wrong := v.check(items, item, fmt.Sprintf("%s[%d]", path, i)); wrong != "" {
				return wrong
			}
		}
	case string:
		if pattern, ok := s["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(doc) {
			return path + ": does not match " + pattern
		}
	case float64:
		low, hasLow := s["minimum"].(float64)
		high, hasHigh := s["maximum"].(float64)
		if hasLow && doc < low || hasHigh && doc > high {
			return path + ": out of range"
		}
	}
	return ""
}

func (v validator) object(s, doc map[string]any, path string) string {
	properties, _ := s["properties"].(map[string]any)
	for name, value := range doc {
		property, known := properties[name].(map[string]any)
		if !known && s["additionalProperties"] == false {
			return path + "." + name + ": unknown"
		}
		if wrong := v.check(property, value, path+"."+name); wrong != "" {
			return wrong
		}
	}
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := doc[name.(string)]; !ok {
			return fmt.Sprintf("%s.%s: missing", path, name)
		}
	}
	return ""
}

func typesOf(doc any) []string {
	switch doc := doc.(type) {
	case map[string]any:
		return []string{"object"}
	case []any:
		return []string{"array"}
	case string:
		return []string{"string"}
	case bool:
		return []string{"boolean"}
	case float64:
		if doc == float64(int64(doc)) {
			return []string{"number", "integer"}
		}
		return []string{"number"}
	}
	return []string{"null"}
}
