// Package cli holds the commands and the wiring. It is the only place that
// sees everything, and the only one that reads settings.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"earshot/internal/app"
	"earshot/internal/config"
	"earshot/internal/fault"
	"earshot/internal/store"
	"earshot/internal/store/sqlite"
	"earshot/internal/team"
)

// Version and Commit are set by the build.
var (
	Version = "0.1.0-dev"
	Commit  = ""
)

// commands is the table of everything that can be typed.
type commands struct {
	Config string `help:"YAML file of settings; its keys are the flags' names." placeholder:"FILE"`

	Serve     serveCmd     `cmd:"" help:"Run the server."`
	Demo      demoCmd      `cmd:"" help:"Run the server with a demo project and a demo product to try it on."`
	Setup     setupCmd     `cmd:"" help:"Create organization, admin and project; also while a server runs on the same data."`
	Plan      planCmd      `cmd:"" help:"Show what applying a folder of survey files would change. Exit code 2: there are changes."`
	Apply     applyCmd     `cmd:"" help:"Put a folder of survey files in place, all or nothing."`
	Pull      pullCmd      `cmd:"" help:"Write every survey of a project as a file."`
	Surveys   surveysCmd   `cmd:"" help:"List the surveys of a project with the addresses of their pages."`
	Responses responsesCmd `cmd:"" help:"Print the responses of a project."`
	Contacts  contactsCmd  `cmd:"" help:"Print the contacts of a project as JSON lines."`
	Explain   explainCmd   `cmd:"" help:"Say why a contact would, or would not, see a survey now."`
	Simulate  simulateCmd  `cmd:"" help:"Say who would have seen a survey in the last days, before publishing it."`
	Version   versionCmd   `cmd:"" help:"Print version and commit."`
}

// streams are what commands print to and the moment they are given.
type streams struct {
	ctx      context.Context
	out, err io.Writer
}

// exitCode lets a command end with a code of its own, without a message.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// Run carries out one command line and returns the process's exit code: 0
// when it worked, 1 when not, 2 from plan when there are changes, 64 when the
// command line or a setting is wrong.
func Run(ctx context.Context, args, environ []string, out, errOut io.Writer) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("earshot"),
		kong.Description("In-app surveys that you run yourself."),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { exit = code }),
		kong.DefaultEnvars(config.EnvPrefix),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.UsageOnError(),
	)
	if err != nil {
		panic(err) // the table above is wrong; no input can cause it
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	run, err := parse(parser, args, environ)
	switch {
	case exit >= 0: // --help
		return exit
	case err != nil:
		fmt.Fprintln(errOut, "earshot:", err)
		return 64
	}
	return finish(run.Run(&streams{ctx: ctx, out: out, err: errOut}), errOut)
}

func parse(parser *kong.Kong, args, environ []string) (*kong.Context, error) {
	if err := config.CheckEnv(environ, parser.Model); err != nil {
		return nil, err
	}
	if file := configFile(args, environ); file != "" {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("settings file: %w", err)
		}
		defer f.Close()
		resolver, err := config.File(f)
		if err != nil {
			return nil, err
		}
		if err := resolver.Validate(parser.Model); err != nil {
			return nil, err
		}
		if err := kong.Resolvers(resolver).Apply(parser); err != nil {
			return nil, err
		}
	}
	return parser.Parse(args)
}

// configFile finds --config before kong parses, because the file's values
// take part in parsing.
func configFile(args, environ []string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			return v
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	for _, kv := range environ {
		if v, ok := strings.CutPrefix(kv, config.EnvPrefix+"_CONFIG="); ok {
			return v
		}
	}
	return ""
}

// finish prints what went wrong in words for the person at the terminal.
func finish(err error, errOut io.Writer) int {
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[exitCode](err); ok {
		return int(code)
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind == fault.Internal {
		fmt.Fprintln(errOut, "earshot:", err)
		return 1
	}
	fmt.Fprintln(errOut, "earshot:", f.Message)
	fields := make([]string, 0, len(f.Fields))
	for path := range f.Fields {
		fields = append(fields, path)
	}
	slices.Sort(fields)
	for _, path := range fields {
		fmt.Fprintf(errOut, "  %s: %s\n", path, f.Fields[path])
	}
	return 1
}

type versionCmd struct{}

func (versionCmd) Run(s *streams) error {
	commit := Commit
	if info, ok := debug.ReadBuildInfo(); ok && commit == "" {
		for _, kv := range info.Settings {
			if kv.Key == "vcs.revision" {
				commit = kv.Value[:min(12, len(kv.Value))]
			}
		}
	}
	_, err := fmt.Fprintf(s.out, "earshot %s (%s)\n", Version, commit)
	return err
}

// open opens the data for a command that runs beside a server.
func open(ctx context.Context, data string) (store.Store, *app.App, error) {
	s, err := sqlite.Open(ctx, data, sqlite.Options{Shared: true})
	if err != nil {
		return nil, nil, err
	}
	return s, app.New(s, time.Now, slog.New(slog.DiscardHandler)), nil
}

// withProject opens the data, finds the project that --project names (by id
// or name; the only one if empty) and runs fn.
func withProject(ctx context.Context, data, name string, fn func(a *app.App, p team.Project) error) error {
	s, a, err := open(ctx, data)
	if err != nil {
		return err
	}
	p, err := a.FindProject(ctx, name)
	if err == nil {
		err = fn(a, p)
	}
	return errors.Join(err, s.Close())
}
