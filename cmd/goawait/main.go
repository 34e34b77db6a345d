// Command goawait writes the async forms of annotated Go functions.
//
//	goawait [generate] [flags] [packages]   write the twins of annotated functions
//	goawait vet [flags] [packages]          find promises that are dropped, calls that block the loop, and the like
//	goawait explain code | [package.]Func   explain a fault or rule, or the state machine of a function
//	goawait graph [flags] [package.]Func    draw the state machine of a function
//	goawait stats [flags] [packages]        list what each async function costs
//	goawait trace [flags] [packages]        lead stacks and profiles from generated code to the source
//	goawait watch [flags] [packages]        write the twins again whenever a source file is saved
//	goawait version                         print the version
//	goawait help [command]                  explain a command
//	goawait help faults [code]              explain what goawait refuses
//
// As a line in a source file, for go generate:
//
//	//go:generate go tool goawait
//
// It exits with 0 if all is well, with 1 for faults in the source and for stale files, and with 2 for wrong usage.
package main

// This file finds the command that is meant and runs it.

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

// The exit codes.
const (
	exitOK    = 0
	exitFault = 1 // faults in the source, stale files, files that cannot be written
	exitUsage = 2
)

// spareHeap is counted as part of the heap, and never touched, so that it takes no memory. The garbage collector has nothing to do before
// as much again is in use, which in most runs never happens: two hundred functions take some 150 MB.
const spareHeap = 256 << 20

func main() {
	if isVetTool(os.Args[1:]) {
		vetTool()
	}
	spare := make([]byte, spareHeap)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	runtime.KeepAlive(spare)
	os.Exit(code)
}

// A command is one of goawait's commands. Each has a file of its own, which adds it to the table.
type command struct {
	name    string
	args    string // what follows the name
	short   string // one line
	long    string // what it does, with an example
	flags   func(*flag.FlagSet, *invocation)
	execute func(context.Context, *invocation) int
}

// An invocation is one run of a command.
type invocation struct {
	out, err io.Writer
	args     []string // what follows the flags
	options           // the flags
}

// options are the flags of all commands together.
type options struct {
	dir     string
	tags    string
	check   bool
	diff    bool
	verbose bool
	line    bool
	backend string
	json    bool
	fix     bool
	rules   map[string]*choice
	format  string
	output  string
	sort    string
}

// commands are all commands, in the order of the help.
func commands() []*command {
	return []*command{
		generateCommand(),
		vetCommand(),
		explainCommand(),
		graphCommand(),
		statsCommand(),
		traceCommand(),
		watchCommand(),
		versionCommand(),
	}
}

// run runs goawait and gives its exit code. Without the name of a command it generates.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	inv := &invocation{out: out, err: errOut}
	cmd := commands()[0]
	if len(args) > 0 {
		switch found := find(args[0]); {
		case args[0] == "help":
			return help(inv, args[1:])
		case found != nil:
			cmd, args = found, args[1:]
		case args[0] == "-h" || args[0] == "-help" || args[0] == "--help":
			return help(inv, nil)
		case args[0] == "-version" || args[0] == "--version":
			cmd, args = find("version"), nil
		}
	}
	if code, ok := inv.parse(cmd, args); !ok {
		return code
	}
	return cmd.execute(ctx, inv)
}

func find(name string) *command {
	for _, c := range commands() {
		if c.name == name {
			return c
		}
	}
	return nil
}

// parse reads the flags of a command. If it returns false, the code is that of the program.
func (inv *invocation) parse(cmd *command, args []string) (code int, ok bool) {
	flags := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if cmd.flags != nil {
		cmd.flags(flags, inv)
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		cmd.help(inv.out)
		return exitOK, false
	} else if err != nil {
		return inv.usage(cmd, err.Error()), false
	}
	if info, err := os.Stat(inv.dir); inv.dir != "" && err != nil {
		var failed *fs.PathError
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return inv.usage(cmd, fmt.Sprintf("-C %s: %v", inv.dir, err)), false
	} else if inv.dir != "" && !info.IsDir() {
		return inv.usage(cmd, fmt.Sprintf("-C %s: it is a file, not a folder", inv.dir)), false
	}
	inv.args = flags.Args()
	for _, arg := range inv.args {
		if strings.HasPrefix(arg, "-") {
			return inv.usage(cmd, fmt.Sprintf("flag %s stands behind an argument; flags come first", arg)), false
		}
	}
	return exitOK, true
}

// usage complains about wrong usage.
func (inv *invocation) usage(cmd *command, problem string) int {
	fmt.Fprintf(inv.err, "goawait: %s\nusage: %s\nrun 'goawait help %s' for more\n", problem, cmd.usageLine(), cmd.name)
	return exitUsage
}

func (c *command) usageLine() string {
	name := c.name
	if name == "generate" {
		name = "[generate]"
	}
	return strings.TrimSpace("goawait " + name + " " + c.args)
}

// help prints what a command does.
func (c *command) help(w io.Writer) {
	fmt.Fprintf(w, "usage: %s\n\n%s", c.usageLine(), c.long)
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(w)
	if c.flags != nil {
		fmt.Fprint(w, "\nFlags:\n\n")
		c.flags(fs, &invocation{})
		fs.PrintDefaults()
	}
}

// help prints the list of commands, or what one of them does.
func help(inv *invocation, args []string) int {
	if len(args) > 0 {
		if args[0] == "faults" {
			return faults(inv, args[1:])
		}
		if c := find(args[0]); c != nil {
			c.help(inv.out)
			return exitOK
		}
		fmt.Fprintf(inv.err, "goawait: no command %s; run 'goawait help'\n", args[0])
		return exitUsage
	}
	fmt.Fprint(inv.out, "goawait writes the async forms of annotated Go functions.\n\n")
	for _, c := range commands() {
		fmt.Fprintf(inv.out, "  %-50s %s\n", c.usageLine(), c.short)
	}
	fmt.Fprint(inv.out, `
An annotated function has the line //goawait:async in its doc comment:

	// FetchUser loads a user.
	//
	//goawait:async
	func FetchUser(ctx context.Context, id int) (User, error) {
		return async.Await(querySQLAsync(ctx, id))
	}

For users.go, goawait writes users_async.go with FetchUserAsync. Run 'goawait help generate' for more,
and 'goawait help faults' for what it refuses.
`)
	return exitOK
}
