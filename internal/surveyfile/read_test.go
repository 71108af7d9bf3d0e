package surveyfile

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"earshot/internal/fault"
	"earshot/internal/survey"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", path, got)
	}
}

func readGood(t *testing.T) []File {
	t.Helper()
	files, err := Read(os.DirFS("testdata/good"))
	if err != nil {
		t.Fatal(err, fault.As(err).Fields)
	}
	return files
}

func TestReadGood(t *testing.T) {
	t.Parallel()
	files := readGood(t)
	if len(files) != 3 || files[0].Key != "everything" || files[2].Status != survey.Draft || files[1].Status != survey.Published {
		t.Errorf("got %+v", files)
	}
	used := map[string]bool{}
	for _, e := range files[0].Definition.Elements {
		used[e.Type] = true
	}
	for _, kind := range survey.Kinds() {
		if !used[kind] {
			t.Errorf("everything.yaml has no %s", kind)
		}
	}
}

func TestReadNamesEveryProblemWithItsLine(t *testing.T) {
	t.Parallel()
	_, err := Read(os.DirFS("testdata/bad"))
	if !fault.Is(err, "survey_files_invalid") {
		t.Fatalf("got %v", err)
	}
	var b strings.Builder
	fields := fault.As(err).Fields
	for _, at := range slices.Sorted(maps.Keys(fields)) {
		fmt.Fprintf(&b, "%s: %s\n", at, fields[at])
	}
	golden(t, "bad.txt", b.String())
}

func TestReadFolders(t *testing.T) {
	t.Parallel()
	if _, err := Read(fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no subfolder: got %v", err)
	}
	files, err := Read(fstest.MapFS{
		"surveys/.hidden.yaml": {Data: []byte("x")}, "surveys/note.txt": {Data: []byte("x")}, "surveys/sub/a.yaml": {Data: []byte("x")},
	})
	if err != nil || len(files) != 0 {
		t.Errorf("nothing to read: got %v %v", files, err)
	}
	_, err = Read(fstest.MapFS{"surveys/huge.yaml": {Data: make([]byte, MaxFile+1)}})
	if got := fault.As(err).Fields["surveys/huge.yaml"]; !strings.Contains(got, "bytes") {
		t.Errorf("too large: got %v", err)
	}
	_, err = Read(fstest.MapFS{"surveys/deep.yaml": {Data: []byte("key: deep\nname: x\nelements: " + strings.Repeat("[", 100) + strings.Repeat("]", 100))}})
	if !fault.Is(err, "survey_files_invalid") {
		t.Errorf("too deep: got %v", err)
	}
}

func TestValuesOfYAML(t *testing.T) {
	t.Parallel()
	for yaml, want := range map[string]string{
		"5": "5", "5.0": "5.0", "1e2": "1e2", "-3": "-3", "0x10": "16", "1_000": "1000", ".5": "0.5", "+7": "7",
		"true": "true", "True": "true", "yes": `"yes"`, "no": `"no"`, "'5'": `"5"`, "2026-01-31": `"2026-01-31"`,
		"!!str 5": `"5"`, "ä": `"ä"`, "12:30": `"12:30"`, "[a, 1]": `["a",1]`, "18446744073709551615": "18446744073709551615",
	} {
		p := problemsOf{}
		members, _ := document([]byte("v: "+yaml+"\n"), p)
		if len(p) > 0 || len(members) != 1 || string(members[0].value) != want {
			t.Errorf("%s: got %s %v, want %s", yaml, members, p, want)
		}
	}
	for _, yaml := range []string{".inf", ".nan", "!!binary aGk=", "!mine x"} {
		p := problemsOf{}
		if document([]byte("v: "+yaml+"\n"), p); len(p) == 0 {
			t.Errorf("%s is taken", yaml)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, dir := range []string{"testdata/good/surveys", "testdata/bad/surveys"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			f.Fatal(err)
		}
		for _, e := range entries {
			text, err := os.ReadFile(dir + "/" + e.Name())
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, wrong := Parse("x.yaml", text)
		if len(wrong) == 0 {
			survives(t, file)
		}
	})
}
