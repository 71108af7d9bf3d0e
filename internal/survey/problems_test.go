package survey

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// asking is a survey of one question with something else beside it.
func asking(elements string, rest ...string) string {
	return `{"elements":[{"id":"q","type":"nps","question":"Q?"}` + elements + `]` + strings.Join(rest, "") + `}`
}

func problemsOf(t *testing.T, raw string) map[string]string {
	t.Helper()
	d, err := Decode([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return d.Problems()
}

func TestPublishingRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ rule, json, path string }{
		{"no element", `{"elements":[]}`, "elements"},
		{"no question", `{"elements":[{"id":"a","type":"info","question":"Hi"}]}`, "elements"},
		{"too many elements", asking(strings.Repeat(`,{"id":"x","type":"info","question":"x"}`, 100)), "elements"},
		{"duplicate identifier", asking(`,{"id":"q","type":"nps","question":"Q?"}`), "elements[1].id"},
		{"no identifier", asking(`,{"id":"","type":"nps","question":"Q?"}`), "elements[1].id"},
		{"identifier with capitals", asking(`,{"id":"Why","type":"nps","question":"Q?"}`), "elements[1].id"},
		{"identifier of an object's own", asking(`,{"id":"__proto__","type":"nps","question":"Q?"}`), "elements[1].id"},
		{"identifier constructor", asking(`,{"id":"constructor","type":"nps","question":"Q?"}`), "elements[1].id"},
		{"identifier end", asking(`,{"id":"end","type":"nps","question":"Q?"}`), "elements[1].id"},
		{"question without text", asking(`,{"id":"b","type":"ces","question":"  "}`), "elements[1].question"},
		{"info with nothing", asking(`,{"id":"b","type":"info"}`), "elements[1].question"},
		{"text too long", asking(`,{"id":"b","type":"info","question":"` + strings.Repeat("ä", MaxText+1) + `"}`), "elements[1].question"},
		{"text on a jump", asking(`,{"id":"b","type":"logic","question":"x","otherwise":"end"}`), "elements[1].question"},
		{"unsafe link in a text", asking(`,{"id":"b","type":"info","question":"[x](javascript:alert(1))"}`), "elements[1].question"},
		{"required without question", asking(`,{"id":"b","type":"info","question":"x","required":true}`), "elements[1].required"},
		{"trait without question", asking(`,{"id":"b","type":"info","question":"x","trait":"x"}`), "elements[1].trait"},
		{"malformed trait", asking(`,{"id":"b","type":"ces","question":"x","trait":"My Trait"}`), "elements[1].trait"},
		{"picture without description", asking(`,{"id":"b","type":"info","image":"https://example.com/a.png"}`), "elements[1].image_alt"},
		{"unsafe picture", asking(`,{"id":"b","type":"info","image":"data:image/png;base64,x","image_alt":"x"}`), "elements[1].image"},
		{"csat with one point", asking(`,{"id":"b","type":"csat","question":"x","points":1}`), "elements[1].points"},
		{"thumbs with five points", asking(`,{"id":"b","type":"csat","question":"x","style":"thumbs"}`), "elements[1].points"},
		{"csat as text without labels", asking(`,{"id":"b","type":"csat","question":"x","style":"text"}`), "elements[1].labels"},
		{"labels not one a point", asking(`,{"id":"b","type":"csat","question":"x","labels":["a","b"]}`), "elements[1].labels"},
		{"ces with six points", asking(`,{"id":"b","type":"ces","question":"x","points":6}`), "elements[1].points"},
		{"rating with twelve points", asking(`,{"id":"b","type":"rating","question":"x","points":12}`), "elements[1].points"},
		{"rating from two", asking(`,{"id":"b","type":"rating","question":"x","start":2}`), "elements[1].start"},
		{"unknown style", asking(`,{"id":"b","type":"rating","question":"x","style":"cats"}`), "elements[1].style"},
		{"no options", asking(`,{"id":"b","type":"single_choice","question":"x"}`), "elements[1].options"},
		{"too many options", asking(`,{"id":"b","type":"single_choice","question":"x","options":[{"value":"a"}` + strings.Repeat(`,{"value":"a"}`, 100) + `]}`), "elements[1].options"},
		{"option without value", asking(`,{"id":"b","type":"single_choice","question":"x","options":[{"value":" "}]}`), "elements[1].options[0].value"},
		{"duplicate value", asking(`,{"id":"b","type":"single_choice","question":"x","options":[{"value":"a"},{"value":"a"}]}`), "elements[1].options[1].value"},
		{"value other beside an own text", asking(`,{"id":"b","type":"single_choice","question":"x","options":[{"value":"other"}],"other":"Else"}`), "elements[1].options[0].value"},
		{"exclusive in a single choice", asking(`,{"id":"b","type":"single_choice","question":"x","options":[{"value":"a","exclusive":true}]}`), "elements[1].options[0].exclusive"},
		{"four columns", asking(`,{"id":"b","type":"single_choice","question":"x","options":[{"value":"a"}],"columns":4}`), "elements[1].columns"},
		{"more selections than options", asking(`,{"id":"b","type":"multiple_choice","question":"x","options":[{"value":"a"}],"min":2}`), "elements[1].min"},
		{"at least more than at most", asking(`,{"id":"b","type":"multiple_choice","question":"x","options":[{"value":"a"},{"value":"b"}],"min":2,"max":1}`), "elements[1].min"},
		{"pattern that does not compile", asking(`,{"id":"b","type":"short_text","question":"x","pattern":"("}`), "elements[1].pattern"},
		{"pattern that is valid only within others", asking(`,{"id":"b","type":"short_text","question":"x","pattern":"a)(b"}`), "elements[1].pattern"},
		{"pattern with look-ahead", asking(`,{"id":"b","type":"short_text","question":"x","pattern":"(?=a)"}`), "elements[1].pattern"},
		{"hint without pattern", asking(`,{"id":"b","type":"short_text","question":"x","pattern_hint":"y"}`), "elements[1].pattern_hint"},
		{"shortest above longest", asking(`,{"id":"b","type":"short_text","question":"x","min_length":501}`), "elements[1].min_length"},
		{"longest above all", asking(`,{"id":"b","type":"long_text","question":"x","max_length":10001}`), "elements[1].max_length"},
		{"button without text", asking(`,{"id":"b","type":"cta","question":"x","url":"https://example.com"}`), "elements[1].label"},
		{"button without address", asking(`,{"id":"b","type":"cta","question":"x","label":"y"}`), "elements[1].url"},
		{"redirect to mail", asking(`,{"id":"b","type":"redirect","url":"mailto:a@b.example"}`), "elements[1].url"},
		{"redirect after an hour", asking(`,{"id":"b","type":"redirect","url":"https://example.com","after":"1h"}`), "elements[1].after"},
		{"element behind the end", asking(`,{"id":"b","type":"thank_you","question":"x"},{"id":"c","type":"info","question":"x"}`), "elements[2]"},
		{"element that rules leave out", asking(`,{"id":"b","type":"logic","rules":[{"when":{"answer":"q","op":"answered"},"goto":"d"}],"otherwise":"d"},{"id":"c","type":"info","question":"x"},{"id":"d","type":"info","question":"x"}`), "elements[2]"},
		{"jump to nowhere", asking(`,{"id":"b","type":"logic","rules":[{"when":{"answer":"q","op":"answered"},"goto":"nowhere"}]}`), "elements[1].rules[0].goto"},
		{"jump without target", asking(`,{"id":"b","type":"logic","rules":[{"when":{"answer":"q","op":"answered"},"goto":""}]}`), "elements[1].rules[0].goto"},
		{"jump back", asking(`,{"id":"b","type":"logic","otherwise":"q","rules":[{"when":{"answer":"q","op":"answered"},"goto":"end"}]}`), "elements[1].otherwise"},
		{"jump to itself", asking(`,{"id":"b","type":"logic","random":[{"goto":"b"}]}`), "elements[1].random[0].goto"},
		{"logic without rules", asking(`,{"id":"b","type":"logic","otherwise":"end"}`), "elements[1].rules"},
		{"rules and random", asking(`,{"id":"b","type":"logic","otherwise":"end","random":[{"goto":"end"}]}`), "elements[1].random"},
		{"negative weight", asking(`,{"id":"b","type":"logic","random":[{"goto":"end","weight":-1}]}`), "elements[1].random[0].weight"},
		{"empty condition", asking(when(`{}`)), "elements[1].rules[0].when"},
		{"empty group", asking(when(`{"all":[]}`)), "elements[1].rules[0].when.all"},
		{"group and comparison", asking(when(`{"all":[{"answer":"q","op":"answered"}],"op":"is"}`)), "elements[1].rules[0].when"},
		{"groups too deep", asking(when(strings.Repeat(`{"all":[`, 6) + `{"answer":"q","op":"answered"}` + strings.Repeat(`]}`, 6))), "elements[1].rules[0].when.all[0].all[0].all[0].all[0].all[0]"},
		{"unknown operator", asking(when(`{"answer":"q","op":"resembles","value":1}`)), "elements[1].rules[0].when.op"},
		{"answer and hidden field", asking(when(`{"answer":"q","hidden":"x","op":"is","value":1}`)), "elements[1].rules[0].when"},
		{"comparison without value", asking(when(`{"answer":"q","op":"is"}`)), "elements[1].rules[0].when.value"},
		{"order without number", asking(when(`{"hidden":"q","op":"<","value":"six"}`)), "elements[1].rules[0].when.value"},
		{"one of without list", asking(when(`{"answer":"q","op":"is_one_of","value":1}`)), "elements[1].rules[0].when.value"},
		{"answered with a value", asking(when(`{"answer":"q","op":"answered","value":1}`)), "elements[1].rules[0].when.value"},
		{"condition about an unknown question", asking(when(`{"answer":"x","op":"answered"}`)), "elements[1].rules[0].when.answer"},
		{"condition about a later question", asking(when(`{"any":[{"answer":"z","op":"answered"}]}`), ``), "elements[1].rules[0].when.any[0].answer"},
		{"condition that a scale cannot meet", asking(when(`{"answer":"q","op":"is","value":"six"}`)), "elements[1].rules[0].when.value"},
		{"condition about no option", asking(`,{"id":"c","type":"single_choice","question":"x","options":[{"value":"a"}]},{"id":"l","type":"logic","rules":[{"when":{"answer":"c","op":"is","value":"A"},"goto":"end"}]}`), "elements[2].rules[0].when.value"},
		{"piping from a later question", asking(`,{"id":"b","type":"info","question":"{{ answer.c }}"},{"id":"c","type":"nps","question":"x"}`), "elements[1].question"},
		{"malformed language", asking(``, `,"language":"english please"`), "language"},
		{"unknown channel", asking(``, `,"channels":["fax"]`), "channels[0]"},
		{"channel twice", asking(``, `,"channels":["page","page"]`), "channels[1]"},
		{"unknown layout", asking(``, `,"look":{"layout":"sidebar"}`), "look.layout"},
		{"colour name", asking(``, `,"look":{"accent":"red"}`), "look.accent"},
		{"short colour", asking(``, `,"look":{"background":"#fff"}`), "look.background"},
		{"radius too large", asking(``, `,"look":{"radius":33}`), "look.radius"},
		{"unsafe logo", asking(``, `,"look":{"logo":"javascript:x"}`), "look.logo"},
		{"unknown audience", asking(``, `,"audience":{"who":"customers"}`), "audience.who"},
		{"country in words", asking(``, `,"audience":{"countries":["Austria"]}`), "audience.countries[0]"},
		{"language in words", asking(``, `,"audience":{"languages":["de","German language"]}`), "audience.languages[1]"},
		{"unknown device", asking(``, `,"audience":{"devices":["watch"]}`), "audience.devices[0]"},
		{"sample above all", asking(``, `,"audience":{"sample":101}`), "audience.sample"},
		{"delay without after", asking(``, `,"trigger":{"type":"delay"}`), "trigger.after"},
		{"after without delay", asking(``, `,"trigger":{"after":"3s"}`), "trigger.after"},
		{"since without delay", asking(``, `,"trigger":{"type":"manual","since":"session"}`), "trigger.since"},
		{"page without pages", asking(``, `,"trigger":{"type":"page"}`), "trigger.pages"},
		{"pages without page", asking(``, `,"trigger":{"pages":[{"op":"equals","value":"x"}]}`), "trigger.pages"},
		{"event without name", asking(``, `,"trigger":{"type":"event"}`), "trigger.event"},
		{"malformed within", asking(``, `,"trigger":{"type":"event","event":"x","within":"soon"}`), "trigger.within"},
		{"unknown trigger", asking(``, `,"trigger":{"type":"moon"}`), "trigger.type"},
		{"unknown page operator", asking(``, `,"pages":{"allow":[{"op":"like","value":"x"}]}`), "pages.allow[0].op"},
		{"page rule without value", asking(``, `,"pages":{"exclude":[{"op":"path_equals","value":""}]}`), "pages.exclude[0].value"},
		{"page rule that does not compile", asking(``, `,"pages":{"exclude":[{"op":"path_regex","value":"["}]}`), "pages.exclude[0].value"},
		{"end before start", asking(``, `,"schedule":{"start":"2026-02-01T00:00:00Z","end":"2026-01-01T00:00:00Z"}`), "schedule.end"},
		{"every without interval", asking(``, `,"recurrence":{"repeat":"every"}`), "recurrence.every"},
		{"interval without every", asking(``, `,"recurrence":{"every":"3d"}`), "recurrence.every"},
		{"for without repetition", asking(``, `,"recurrence":{"for":"3d"}`), "recurrence.for"},
		{"again and again at once", asking(``, `,"recurrence":{"repeat":"trigger"}`), "recurrence.repeat"},
		{"follow-up of what repeats", asking(``, `,"recurrence":{"repeat":"session","follow_up":{"after":"3d"}}`), "recurrence.follow_up"},
		{"follow-up without span", asking(``, `,"recurrence":{"follow_up":{"after":""}}`), "recurrence.follow_up.after"},
		{"negative limit", asking(``, `,"limits":{"responses":-1}`), "limits.responses"},
		{"throttle without span", asking(``, `,"limits":{"throttle":{"views":3}}`), "limits.throttle.per"},
		{"throttle of nothing", asking(``, `,"limits":{"throttle":{"per":"1h"}}`), "limits.throttle"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			if wrong := problemsOf(t, test.json); wrong[test.path] == "" {
				t.Errorf("got %v, want one at %s", wrong, test.path)
			}
		})
	}
}

func when(condition string) string {
	return `,{"id":"l","type":"logic","rules":[{"when":` + condition + `,"goto":"end"}]},{"id":"z","type":"nps","question":"x"}`
}

func TestPublishingAccepts(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		asking(``),
		asking(when(`{"answer":"q","op":"is_one_of","value":[9,10]}`)),
		asking(`,{"id":"b","type":"cta","question":"x","label":"y","url":"mailto:ada@example.com"}`),
		asking(`,{"id":"b","type":"single_choice","question":"x","options":[{"value":"a"}],"other":"Else"},{"id":"l","type":"logic","rules":[{"when":{"answer":"b","op":"is","value":"other"},"goto":"end"},{"when":{"answer":"b","op":"contains","value":"slow"},"goto":"end"}]}`),
		asking(`,{"id":"b","type":"info","question":"You said {{ answer.q }}, [see](https://example.com)"}`),
		asking(``, `,"recurrence":{"repeat":"trigger"},"trigger":{"type":"event","event":"x","within":"30m"}`),
		asking(``, `,"recurrence":{"follow_up":{"after":"3d"}},"audience":{"sample":0}`),
	} {
		if wrong := problemsOf(t, raw); len(wrong) > 0 {
			t.Errorf("%s: %v", raw, wrong)
		}
	}
}

func TestProblemsNameTheElement(t *testing.T) {
	t.Parallel()
	wrong := problemsOf(t, asking(`,{"id":"ease","type":"ces","question":"x","points":6},{"id":"x","type":"rating","points":1}`))
	if got := slices.Sorted(maps.Keys(wrong)); len(got) != 3 || !strings.Contains(wrong["elements[1].points"], `"ease"`) {
		t.Errorf("got %v", wrong)
	}
}

func TestUnsafeAddresses(t *testing.T) {
	t.Parallel()
	for _, a := range []string{
		"", "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "\tjavascript:alert(1)", "java\tscript:alert(1)",
		"java\nscript:alert(1)", "java\rscript:x", "\x01javascript:x", "javascript\x00:x", "\u00a0javascript:x", "\u200bjavascript:x", "\ufeffhttps://example.com",
		"data:text/html,<script>", "DATA:text/html;base64,x", "vbscript:x", "file:///etc/passwd", "blob:https://example.com/x", "about:blank",
		"//example.com", "/plan", "plan", "example.com", "https:example.com", "https:///x", "https://", "http:\\\\example.com", "https://example.com\\@evil.example",
		"https://user@example.com", "https://user:pw@example.com", "https://example.com/ x", "https://example.com/\u202ex", "https://example.com/{{ contact.id }}",
		"ftp://example.com", "tel:+431", "mailto:", "mailto:nobody", "view-source:https://example.com", "https://" + strings.Repeat("a", MaxAddress), "https://[::1", "ht tps://example.com", "jav&#x09;ascript:alert(1)",
	} {
		if SafeAddress(a, "http", "https", "mailto") {
			t.Errorf("%q is taken for safe", a)
		}
	}
	for _, a := range []string{
		"https://example.com", "HTTPS://EXAMPLE.COM/x?y=z#a", "http://localhost:8080/demo/", "https://bücher.example/ä", "mailto:ada@example.com?subject=Hi", "https://[::1]:80/", "https://example.com/a%20b",
	} {
		if !SafeAddress(a, "http", "https", "mailto") {
			t.Errorf("%q is refused", a)
		}
	}
	if SafeAddress("mailto:ada@example.com", "http", "https") {
		t.Error("a scheme that was not asked for is taken for safe")
	}
}

func TestEveryKindIsWhole(t *testing.T) {
	t.Parallel()
	for _, name := range Kinds() {
		k, ok := KindOf(name)
		_, asks := k.New().(Asker)
		if !ok || asks != k.Asks {
			t.Errorf("%s: says it asks: %v, can check: %v", name, k.Asks, asks)
		}
		d := Definition{Elements: []Element{{ID: "x", Type: name, Options: k.New()}}}
		if raw, err := marshal(d); err != nil || string(raw) != fmt.Sprintf(`{"elements":[{"id":"x","type":%q}]}`, name) {
			t.Errorf("%s: defaults are written: %s %v", name, raw, err)
		}
	}
}
