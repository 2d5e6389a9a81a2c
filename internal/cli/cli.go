// Package cli is the command line of Lemniscaat and the only place that joins
// the rooms of the house: it opens the store, loads the regulations and hands
// them to the use cases.
//
// Results go to the standard output, as text or with --json as JSON; logs and
// progress go to the standard error. The exit codes are a contract (see Code).
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// Code is an exit code.
type Code int

const (
	// Good: done. No entitlement is a good answer, and so is a check with
	// nothing worse than warnings.
	Good Code = 0
	// Found: errors found, or a refusal by the loop.
	Found Code = 1
	// Usage: wrong use of the command line.
	Usage Code = 2
	// Input: a file or value that cannot be read.
	Input Code = 3
	// Internal: a defect of the program.
	Internal Code = 70
)

// Env is what a command gets from outside.
type Env struct {
	Args        []string // without the name of the program
	In          io.Reader
	Out, Err    io.Writer
	Now         func() time.Time
	Environ     []string // "NAME=value", like os.Environ
	Interactive bool     // Err is a terminal: progress may rewrite its line
}

// Main runs the program with the arguments, streams and signals of the process.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	interactive := false
	if info, err := os.Stderr.Stat(); err == nil {
		interactive = info.Mode()&os.ModeCharDevice != 0
	}
	return int(Run(ctx, Env{
		Args: os.Args[1:], In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Now: time.Now, Environ: os.Environ(), Interactive: interactive,
	}))
}

// fault is an error with the exit code that it leads to.
type fault struct {
	code Code
	err  error // nil: everything was said already
}

func (f *fault) Error() string {
	if f.err == nil {
		return "uitgang " + fmt.Sprint(int(f.code))
	}
	return f.err.Error()
}

func (f *fault) Unwrap() error { return f.err }

// silent ends with a code after the command itself has said why.
func silent(code Code) error { return &fault{code: code} }

func usage(format string, args ...any) error { return &fault{Usage, fmt.Errorf(format, args...)} }

func badInput(format string, args ...any) error { return &fault{Input, fmt.Errorf(format, args...)} }

// Run executes one command and gives the exit code. It never panics.
func Run(ctx context.Context, env Env) (code Code) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(env.Err, "lemniscaat: interne fout: %v\nDit is een fout in het programma. Meld haar met deze regels erbij.\n%s", p, debug.Stack())
			code = Internal
		}
	}()
	root := newRoot(env)
	root.SetArgs(env.Args)
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return Good
	}
	var f *fault
	if !errors.As(err, &f) {
		f = &fault{Internal, err}
		if ctx.Err() != nil {
			f = &fault{Found, errors.New("onderbroken")}
		}
	}
	if f.err != nil {
		fmt.Fprintf(env.Err, "%s: %v\n", cmd.CommandPath(), f.err)
	}
	switch f.code {
	case Usage:
		fmt.Fprintf(env.Err, "Hulp: %s --help\n", cmd.CommandPath())
	case Internal:
		fmt.Fprintln(env.Err, "Dit is een fout in het programma of de omgeving. Meld haar met deze regels erbij.")
	}
	return f.code
}

func newRoot(env Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "lemniscaat",
		Short: "De werkende lus tussen beleid en uitvoering",
		Long: `Lemniscaat is de werkende lus tussen beleid en uitvoering.

Uitgangscodes: 0 goed (geen recht is ook een goed antwoord), 1 fouten gevonden,
geweigerd door de lus of een verschil (diff), 2 verkeerd gebruik, 3 onleesbare
invoer, 70 interne fout.`,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("welke opdracht? Kies uit: %s", commandNames(cmd))
			}
			return usage("onbekende opdracht %q%s; kies uit: %s", args[0], didYouMean(cmd, args[0]), commandNames(cmd))
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		demoCommand(env),
		serveCommand(env), accountsCommand(env),
		workerCommand(env),
		configCommand(env),
		checkCommand(env),
		decideCommand(env),
		simulateCommand(env),
		varyCommand(env),
		populationCommand(env),
		importCommand(env),
		outcomesCommand(env), signalsCommand(env),
		diffCommand(env),
		auditCommand(env), receiptCommand(env), discloseCommand(env), outboxCommand(env),
		backupCommand(env),
		restoreCommand(env),
		doctorCommand(env), retentionCommand(env), personCommand(env), keysCommand(env),
		migrateCommand(env),
		letterCommand(env),
		lspCommand(env),
		versionCommand(env),
	)
	databases(root, env)
	acting(root)
	dutch(root)
	return root
}
