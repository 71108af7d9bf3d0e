// Package config is the one table of settings. Flags, environment variables,
// the file and the help text all come from the struct tags below; nothing
// below cli reads it.
//
// Precedence: flag, then environment (EARSHOT_<FLAG>), then file, then default.
package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// EnvPrefix starts the name of every environment variable.
const EnvPrefix = "EARSHOT"

// Data says where everything is kept.
type Data struct {
	Data string `help:"Folder that holds everything Earshot keeps." default:"earshot-data" placeholder:"DIR"`
}

// Server are the settings of a running server.
type Server struct {
	Data          `embed:""`
	Addr          string `help:"Address to listen on; port 0 picks a free one." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	PublicURL     string `help:"Address under which browsers reach this server, if not the one it listens on." placeholder:"URL"`
	CountryHeader string `help:"Request header in which a trusted proxy gives the visitor's two-letter country." placeholder:"NAME"`
	LogLevel      string `help:"What is logged: ${enum}." enum:"debug,info,warn,error" default:"info"`
	LogFormat     string `help:"How it is logged: ${enum}." enum:"text,json" default:"text"`
}

// Logger writes to w as the settings say.
func (s Server) Logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // kong has checked the word
	opts := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// File reads a YAML file of settings for kong. Its keys are the flags' names.
func File(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if err := yaml.NewDecoder(r).Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	return fileResolver(values), nil
}

type fileResolver map[string]any

// Validate refuses keys that no command knows, all at once.
func (f fileResolver) Validate(app *kong.Application) error {
	var unknown []string
	for key := range f {
		unknown = append(unknown, key)
	}
	slices.Sort(unknown)
	return refuse(unknown, flagNames(app), "settings file: unknown setting", func(s string) string { return s })
}

func (f fileResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	v, ok := f[flag.Name]
	if !ok {
		return nil, nil
	}
	return fmt.Sprint(v), nil
}

// CheckEnv refuses variables with our prefix that no command knows: a
// misspelt setting must not be a silent default.
func CheckEnv(environ []string, app *kong.Application) error {
	var given []string
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, EnvPrefix+"_") {
			given = append(given, name)
		}
	}
	slices.Sort(given)
	return refuse(given, flagNames(app), "environment: unknown variable", envName)
}

func envName(flag string) string {
	return EnvPrefix + "_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func flagNames(app *kong.Application) []string {
	var names []string
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && !slices.Contains(names, flag.Name) {
			names = append(names, flag.Name)
		}
		return next(nil)
	})
	slices.Sort(names)
	return names
}

// refuse makes one error of all given names that are not among the known ones.
func refuse(given, flags []string, what string, spell func(string) string) error {
	var errs []error
	for _, g := range given {
		if slices.ContainsFunc(flags, func(f string) bool { return spell(f) == g }) {
			continue
		}
		msg := fmt.Sprintf("%s %q", what, g)
		if near := nearest(g, flags, spell); near != "" {
			msg += fmt.Sprintf(", did you mean %q?", near)
		}
		errs = append(errs, errors.New(msg))
	}
	return errors.Join(errs...)
}

// nearest is the known name within three edits, if there is one.
func nearest(given string, flags []string, spell func(string) string) string {
	best, near := 4, ""
	for _, f := range flags {
		if d := edits(given, spell(f)); d < best {
			best, near = d, spell(f)
		}
	}
	return near
}

// edits is the Levenshtein distance.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
