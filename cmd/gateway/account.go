package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/store"
)

type accountCommand struct {
	Create accountCreateCommand `cmd:"" help:"Make an account, its owner and a secret key, and print what is shown only once."`
}

type accountCreateCommand struct {
	Config        string   `required:"" help:"The configuration that names the database." placeholder:"FILE"`
	Name          string   `required:"" help:"What the account is called." placeholder:"NAME"`
	Email         string   `required:"" help:"Its owner's email address, to log in with." placeholder:"EMAIL"`
	Person        string   `help:"What the owner is called; the email address if left out." placeholder:"NAME"`
	Operator      bool     `help:"Make it the account that runs the gateway: what the configuration says belongs to it."`
	Destinations  []string `help:"The beginnings of numbers that its calls and references may go to, such as +44,+1555." placeholder:"PREFIX"`
	PasswordStdin bool     `help:"Read the owner's password from standard input. Otherwise a one-time password is made."`
}

// Run makes the account. The gateway may be running: both use the database as
// they find it.
func (c accountCreateCommand) Run(t *terminal) error {
	cfg, err := readConfig(c.Config)
	if err != nil {
		return explain(c.Config, err)
	}
	founding, err := c.founding(os.Stdin)
	if err != nil {
		return err
	}
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	db, err := store.Open(ctx, cfg.Database, store.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return setting("database", err)
	}
	defer db.Close()
	d, err := directory.Open(ctx, db, directory.Options{})
	if err != nil {
		return err
	}
	made, err := d.Found(ctx, founding)
	if err != nil {
		return err
	}
	return c.tell(t.out, made)
}

func (c accountCreateCommand) founding(in io.Reader) (f directory.Founding, err error) {
	f.Account = directory.NewAccount{Name: c.Name, Operator: c.Operator}
	for _, s := range c.Destinations {
		to, err := directory.ParseDestination(s)
		if err != nil {
			return f, err
		}
		f.Account.Destinations = append(f.Account.Destinations, to)
	}
	f.Owner = directory.NewPerson{Email: c.Email, Name: c.Person}
	if f.Owner.Name == "" {
		f.Owner.Name = c.Email
	}
	f.Key = "first key"
	if c.PasswordStdin {
		f.Owner.Password, err = readPassword(in)
	}
	return f, err
}

// readPassword reads one line.
func readPassword(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	password := strings.TrimRight(line, "\r\n")
	if err != nil && err != io.EOF || password == "" {
		return "", &webtrunk.Error{Op: "password", Kind: webtrunk.Invalid, Err: err, Message: "No password came on standard input. Pipe one line into the command."}
	}
	return password, nil
}

// tell prints what nobody can see again.
func (c accountCreateCommand) tell(w io.Writer, made directory.Founded) error {
	password := "the one you gave"
	if made.OneTime != "" {
		password = made.OneTime + "   (one-time: log in within a week and choose your own)"
	}
	_, err := fmt.Fprintf(w, `The account %q is made. Keep this: it is shown once.

account     %s
email       %s
password    %s
secret key  %s
test key    %s   (reaches the simulated carrier alone)
`, made.Account.Name, made.Account.ID, made.Owner.Email, password, made.Secret, made.Test)
	return err
}
