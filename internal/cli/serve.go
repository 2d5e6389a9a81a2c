package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/store/sqlite"
)

// ownFile in a data folder says that it is of an organisation, not of the demo.
const ownFile = "installatie"

// minToken is how long the token of case systems is at least, in characters.
const minToken = 32

func serveCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "start een eigen installatie, leeg of zoals zij was",
		Long: `Start een eigen installatie. Een lege map begint leeg. De eerste keer staat op het scherm een link: daarmee maakt u de
eerste beheerder. Die maakt de andere accounts. Van buiten te bereiken is zij alleen met HTTPS: met een eigen
certificaat, of achter een proxy die u noemt. Instellingen mogen ook in een bestand of in de omgeving staan: zie
docs/beheer/instellingen.md en lemniscaat config. Stoppen: Ctrl-C.`,
		Example: "  lemniscaat serve --data gegevens --intake-token-file sleutel.txt\n  lemniscaat serve --config lemniscaat.yaml",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings(env, cmd)
			if err != nil {
				return err
			}
			if err := firstFault(reachable(s), usable(s)); err != nil {
				return err
			}
			if err := makeOwn(s.Data); err != nil {
				return err
			}
			return serve(cmd.Context(), env, s)
		},
	}
	settingFlags(cmd)
	return cmd
}

// intakeToken reads the key of case systems; none without a file.
func intakeToken(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, badInput("%s", fileError(file, err))
	}
	token := strings.TrimSpace(string(text))
	if len(token) < minToken || strings.ContainsAny(token, " \t\r\n") {
		return nil, badInput("%s: de sleutel heeft ten minste %d tekens, zonder spaties; maak er een met: openssl rand -hex 32", file, minToken)
	}
	return []byte(token), nil
}

// isOwn reports whether a data folder is of an organisation.
func isOwn(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ownFile))
	return err == nil
}

// markOwn marks a folder as one of an organisation.
func markOwn(dir string) error {
	return writeDurably(filepath.Join(dir, ownFile), "Deze map is van een eigen installatie van Lemniscaat.\n")
}

// makeOwn marks an empty folder as one of an organisation. A folder of the demo
// stays one.
func makeOwn(dir string) error {
	if isOwn(dir) {
		return nil
	}
	_, err := os.Stat(filepath.Join(dir, sqlite.File))
	switch {
	case err == nil:
		return badInput("in %s staat de demo; kies met --data een lege map", dir)
	case !errors.Is(err, fs.ErrNotExist):
		return badInput("%s", fileError(dir, err))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &fault{Input, fmt.Errorf("map %s kan niet gebruikt worden: %w", dir, err)}
	}
	if err := markOwn(dir); err != nil {
		return &fault{Input, fmt.Errorf("map %s kan niet gebruikt worden: %w", dir, err)}
	}
	return nil
}
