// Package surveyfile keeps surveys as YAML files in a folder: reads and writes
// them, and works out what applying a folder would change. The files hold the
// same model as everything else (docs/guide/survey-files.md).
package surveyfile

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/survey"
)

// Folder is where the survey files are within the folder that is given.
const Folder = "surveys"

// MaxFile is how many bytes one file may have.
const MaxFile = 1 << 20

// File is one survey as its file says it.
type File struct {
	Path   string // within the folder that was read
	Key    string
	ID     ident.ID // None where the file gives no uuid
	Name   string
	Status survey.Status

	// Pending, in the file "unpublished_changes": the survey is published, but
	// what the file says is the working copy, which visitors do not get yet.
	Pending bool

	Definition survey.Definition

	lines map[string]int
}

// Read reads all surveys/*.yaml and *.yml of a folder, in the order of their
// names. Everything that is wrong in any of them comes back as one fault
// (Invalid, survey_files_invalid) whose Fields name file, line and path, as in
// "surveys/nps.yaml:7: elements[1].goto". That includes, for a survey that is
// to be published, what publishing would refuse. A folder without a subfolder
// surveys is an error that wraps fs.ErrNotExist.
func Read(folder fs.FS) ([]File, error) {
	entries, err := fs.ReadDir(folder, Folder)
	if err != nil {
		return nil, fmt.Errorf("read survey files: %w", err)
	}
	var files []File
	wrong := map[string]string{}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || !slices.Contains([]string{".yaml", ".yml"}, path.Ext(e.Name())) {
			continue
		}
		name := path.Join(Folder, e.Name())
		text, err := readLimited(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read survey files: %w", err)
		}
		f, problems := Parse(name, text)
		maps.Copy(wrong, problems)
		files = append(files, f)
	}
	unique(files, wrong)
	if len(wrong) > 0 {
		return nil, invalid(wrong)
	}
	return files, nil
}

// readLimited reads one byte more than allowed at most; Parse refuses it then.
func readLimited(folder fs.FS, name string) ([]byte, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFile+1))
}

func invalid(wrong map[string]string) error {
	message := "The survey files have problems."
	if len(wrong) == 1 {
		message = "The survey files have a problem."
	}
	e := fault.New(fault.Invalid, "survey_files_invalid", message)
	e.Fields = wrong
	return e
}

// unique checks that no two files are about the same survey.
func unique(files []File, wrong map[string]string) {
	keys, ids := map[string]string{}, map[ident.ID]string{}
	for _, f := range files {
		if first, taken := keys[f.Key]; taken && f.Key != "" {
			wrong[f.at("key")] = fmt.Sprintf("a key of its own; %s has %q, too", first, f.Key)
		}
		if first, taken := ids[f.ID]; taken && f.ID != ident.None {
			wrong[f.at("uuid")] = fmt.Sprintf("a uuid of its own; %s has the same. Was it renamed or copied?", first)
		}
		keys[f.Key], ids[f.ID] = f.Path, f.Path
	}
}

// at names a place in the file: its line is that of the path, or of the
// nearest part around it that is there.
func (f File) at(field string) string {
	if f.Path == "" { // not from a file
		return field
	}
	for part := field; ; {
		if line := f.lines[part]; line > 0 {
			return fmt.Sprintf("%s:%d: %s", f.Path, line, field)
		}
		cut := strings.LastIndexAny(part, ".[")
		if cut < 0 {
			return f.Path + ": " + field
		}
		part = part[:cut]
	}
}
