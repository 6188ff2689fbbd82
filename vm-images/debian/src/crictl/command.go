package crictl

// Commands and their flags: Go's flag package with short names, short names
// joined together (-it), and help in the real program's form.

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// command is one word of the command line. usage names its arguments.
type command struct {
	names   []string
	summary string
	usage   string
	flags   *flagSet
	action  func(s *session, args []string) error
	least   int  // arguments without which only the help is shown
	needsID bool // a missing argument is an error instead
}

func (c *command) run(s *session, args []string) error {
	if len(args) < c.least {
		if c.needsID {
			return fmt.Errorf("ID cannot be empty")
		}
		c.printHelp(stdout)
		return nil
	}
	return c.action(s, args)
}

// flagSet knows the other names of a flag.
type flagSet struct {
	*flag.FlagSet
	listed []listedFlag
}

type listedFlag struct {
	names string
	value bool
	usage string
}

func newFlagSet(name string) *flagSet {
	set := &flagSet{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError)}
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	return set
}

// declare registers a flag under all its names, "quiet, q".
func (f *flagSet) declare(names string, value flag.Value, isBool bool, usage string) {
	var shown []string
	for _, name := range strings.Split(names, ", ") {
		f.Var(value, name, usage)
		shown = append(shown, dashed(name))
	}
	f.listed = append(f.listed, listedFlag{names: strings.Join(shown, ", "), value: !isBool, usage: usage})
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

func (f *flagSet) boolean(names, usage string) *bool {
	target := new(bool)
	f.declare(names, (*boolValue)(target), true, usage)
	return target
}

func (f *flagSet) text(names, initial, usage string) *string {
	target := new(string)
	*target = initial
	f.declare(names, (*textValue)(target), false, usage)
	return target
}

func (f *flagSet) number(names string, initial int64, usage string) *int64 {
	scratch := flag.NewFlagSet("", flag.ContinueOnError)
	target := scratch.Int64("x", initial, "")
	f.declare(names, scratch.Lookup("x").Value, false, usage)
	return target
}

func (f *flagSet) duration(names string, initial time.Duration, usage string) *time.Duration {
	scratch := flag.NewFlagSet("", flag.ContinueOnError)
	target := scratch.Duration("x", initial, "")
	f.declare(names, scratch.Lookup("x").Value, false, usage)
	return target
}

func (f *flagSet) list(names, usage string) *[]string {
	target := new([]string)
	f.declare(names, (*listValue)(target), false, usage)
	return target
}

// isSet reports whether any of the flag's names was given.
func (f *flagSet) isSet(names ...string) bool {
	found := false
	f.Visit(func(given *flag.Flag) {
		for _, name := range names {
			found = found || given.Name == name
		}
	})
	return found
}

// parse stops at the first word that is not a flag, as the real program does:
// what follows belongs to the command that exec runs.
func (f *flagSet) parse(args []string) ([]string, error) {
	if err := f.Parse(f.separate(args)); err != nil {
		return nil, err
	}
	return f.Args(), nil
}

// separate takes joined short flags apart: -it becomes -i -t.
func (f *flagSet) separate(args []string) []string {
	var apart []string
	for i := 0; i < len(args); i++ {
		word := args[i]
		name := strings.SplitN(strings.TrimLeft(word, "-"), "=", 2)[0]
		known := f.Lookup(name)
		switch {
		case !strings.HasPrefix(word, "-") || word == "-" || word == "--":
			return append(apart, args[i:]...)
		case known != nil:
			apart = append(apart, word)
			if !isBoolean(known) && !strings.Contains(word, "=") && i+1 < len(args) {
				i++
				apart = append(apart, args[i])
			}
		case !strings.HasPrefix(word, "--") && f.allShort(name):
			for _, letter := range word[1:] {
				apart = append(apart, "-"+string(letter))
			}
		default:
			apart = append(apart, word)
		}
	}
	return apart
}

// allShort reports whether each letter is a flag, and none but the last wants
// a value.
func (f *flagSet) allShort(letters string) bool {
	for i, letter := range letters {
		known := f.Lookup(string(letter))
		if known == nil || (!isBoolean(known) && i < len(letters)-1) {
			return false
		}
	}
	return letters != ""
}

func isBoolean(known *flag.Flag) bool {
	value, ok := known.Value.(interface{ IsBoolFlag() bool })
	return ok && value.IsBoolFlag()
}

func (f *flagSet) printOptions(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 1, 2, ' ', 0)
	for _, listed := range f.listed {
		names := listed.names
		if listed.value {
			names = strings.ReplaceAll(names, ",", " value,") + " value"
		}
		fmt.Fprintf(table, "   %s\t%s\n", names, listed.usage)
	}
	fmt.Fprintf(table, "   --help, -h\tshow help\n")
	_ = table.Flush()
}

func (c *command) printHelp(out io.Writer) {
	name := "crictl " + c.names[0]
	options := ""
	if len(c.flags.listed) > 0 {
		options = " [command options]"
	}
	fmt.Fprintf(out, "NAME:\n   %s - %s\n\nUSAGE:\n   %s%s %s\n\nOPTIONS:\n",
		name, c.summary, name, options, c.usage)
	c.flags.printOptions(out)
}

func printHelp(out io.Writer, global *flagSet) {
	fmt.Fprintf(out, "NAME:\n   crictl - client for CRI (stand-in for cri-tools, made for Seatrial)\n\n"+
		"USAGE:\n   crictl [global options] command [command options] [arguments...]\n\nVERSION:\n   %s\n\nCOMMANDS:\n",
		strings.TrimPrefix(versionLine, "crictl version "))
	table := tabwriter.NewWriter(out, 0, 1, 2, ' ', 0)
	for _, c := range allCommands() {
		fmt.Fprintf(table, "   %s\t%s\n", strings.Join(c.names, ", "), c.summary)
	}
	fmt.Fprintf(table, "   help, h\tShows a list of commands or help for one command\n")
	_ = table.Flush()
	fmt.Fprint(out, "\nGLOBAL OPTIONS:\n")
	global.printOptions(out)
	fmt.Fprintln(out)
}
