package cli

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/office"
	"lemniscaat/internal/rule"
)

// keyName is the name of the file with a later key of the pseudonyms; the first is in
// secretFile.
var keyName = regexp.MustCompile(`^pseudoniem-v([1-9][0-9]{0,2})\.sleutel$`)

// keyPath names the file with a key of the pseudonyms.
func keyPath(folder string, version int) string {
	if version == 1 {
		return filepath.Join(folder, secretFile)
	}
	return filepath.Join(folder, "pseudoniem-v"+strconv.Itoa(version)+keyEnding)
}

// pseudonymKeys reads the keys of the pseudonyms that are in a folder, by version.
func pseudonymKeys(folder string) (map[int][]byte, error) {
	keys := map[int][]byte{}
	list, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("de map met sleutels: %w", err)
	}
	for _, e := range list {
		version := 0
		if m := keyName.FindStringSubmatch(e.Name()); m != nil {
			version, _ = strconv.Atoi(m[1]) // at most three digits
		}
		if e.Name() == secretFile {
			version = 1
		}
		if version == 0 || version == 1 && e.Name() != secretFile {
			continue
		}
		path := filepath.Join(folder, e.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("de sleutel voor pseudoniemen: %w", err)
		}
		key, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil || len(key) < 32 {
			return nil, fmt.Errorf("%s is geen sleutel van 64 hexadecimale tekens; zet een reservekopie terug", path)
		}
		keys[version] = key
	}
	return keys, nil
}

// firstKey sees to it that there is a key: it makes the first one for a log that
// begins, and misses it for one that has begun. What the log says of later keys is
// held to the files when the log has been read.
func firstKey(folder string, begins bool) error {
	keys, err := pseudonymKeys(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(keys) > 0 {
		return nil
	}
	_, err = openSecret(filepath.Join(folder, secretFile), begins)
	return err
}

func keysCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "bekijk en wissel de sleutels van een installatie",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(keysList(env), keysRotate(env), keysRetire(env))
	return cmd
}

// pseudonyms is the only kind of key that is changed so far.
const pseudonyms = "pseudoniem"

// keyFlags adds the options of every command on keys.
func keyFlags(cmd *cobra.Command, kind *string) {
	cmd.Flags().StringVar(kind, "soort", pseudonyms, "`SOORT` sleutel: pseudoniem")
	settingFlags(cmd, "data", "database", "sleutels")
}

// openKeys opens the installation of which the keys are asked for.
func openKeys(cmd *cobra.Command, env Env, kind string) (*installation, error) {
	if kind != pseudonyms {
		return nil, usage("soort %q is er niet; kies pseudoniem", kind)
	}
	return openPlace(env, cmd)
}

func keysList(env Env) *cobra.Command {
	var kind string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list --data MAP",
		Short: "toon welke sleutels er zijn, en welke geldt",
		Long: `Toont de sleutels van de pseudoniemen: de versie, of zij geldt, bewaard wordt of uit gebruik is, sinds wanneer en door
wie. Een sleutel zelf komt nooit in beeld en nooit in het logboek.`,
		Example: "  lemniscaat keys list --data data",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			in, err := openKeys(cmd, env, kind)
			if err != nil {
				return err
			}
			defer in.end(&err)
			rows := in.PseudonymKeys()
			if asJSON {
				return writeJSON(env, struct {
					Keys []office.KeyRow `json:"sleutels"`
				}{rows})
			}
			for _, r := range rows {
				since := "het begin"
				if r.Since != (rule.Date{}) {
					since = r.Since.String() + ", door " + r.By
				}
				leaked := ""
				if r.Compromised {
					leaked = "; misschien bekend bij anderen"
				}
				fmt.Fprintf(env.Out, "v%-4d %-11s sinds %s%s\n", r.Version, r.State, since, leaked)
			}
			return nil
		},
	}
	keyFlags(cmd, &kind)
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

func keysRotate(env Env) *cobra.Command {
	var kind string
	var only, leaked bool
	cmd := &cobra.Command{
		Use:   "rotate --soort pseudoniem --data MAP",
		Short: "maak een nieuwe sleutel en neem die in gebruik",
		Long: `Maakt de volgende sleutel voor pseudoniemen en neemt haar in gebruik. Nieuwe pseudoniemen worden met haar gemaakt. De
oude sleutel blijft: daarmee worden zaken van vroeger herkend. Wie in welke stap van een uitrol zit, verandert niet.

Hebt u meer servers? Maak de sleutel met --alleen-maken, zet het bestand op elke server, en geef daarna de opdracht
zonder --alleen-maken. Een server zonder de sleutel maakt geen pseudoniemen en start niet meer.

Met SQLite stopt u de server eerst; met PostgreSQL kan hij blijven draaien.`,
		Example: "  lemniscaat keys rotate --soort pseudoniem --data data",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			in, err := openKeys(cmd, env, kind)
			if err != nil {
				return err
			}
			defer in.end(&err)
			rows := in.PseudonymKeys()
			next := rows[len(rows)-1].Version + 1
			path := keyPath(in.keys, next)
			key := make([]byte, 32)
			rand.Read(key) // never fails
			switch err := writeOnce(path, []byte(hex.EncodeToString(key)+"\n")); {
			case errors.Is(err, fs.ErrExist): // made before
			case err != nil:
				return &fault{Input, fmt.Errorf("de sleutel kan niet bewaard worden: %w", err)}
			}
			if only {
				fmt.Fprintf(env.Out, "De sleutel staat in %s en is nog niet in gebruik. Zet dit bestand op elke server en bewaar het apart.\n", path)
				return nil
			}
			if err := in.TakeKey(cmd.Context(), actorOf(in.by), next, leaked); err != nil {
				return refused(env, err)
			}
			fmt.Fprintf(env.Out, "Versie %d geldt nu. De sleutel staat in %s. Bewaar haar apart, naast de oude.\n", next, path)
			return nil
		},
	}
	keyFlags(cmd, &kind)
	cmd.Flags().BoolVar(&only, "alleen-maken", false, "maak het bestand, en neem het nog niet in gebruik")
	cmd.Flags().BoolVar(&leaked, "gelekt", false, "de oude sleutel is misschien bekend bij anderen: wacht niet op een uitrol")
	return cmd
}

func keysRetire(env Env) *cobra.Command {
	var kind string
	var version int
	var do, anyway bool
	cmd := &cobra.Command{
		Use:   "retire --versie N --data MAP",
		Short: "haal een oude sleutel uit gebruik, na de bewaartermijn",
		Long: `Telt wat met een oude sleutel is benoemd. Met --do gaat zij uit gebruik en wordt haar bestand hier weggehaald. Daarna is
niet meer te vinden wat ermee is benoemd: ook niet voor inzage of wissen. Haal het bestand ook weg op andere servers
en uit reservekopieën.`,
		Example: "  lemniscaat keys retire --versie 1 --data data\n  lemniscaat keys retire --versie 1 --data data --do",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			in, err := openKeys(cmd, env, kind)
			if err != nil {
				return err
			}
			defer in.end(&err)
			if rows := in.PseudonymKeys(); version < 1 || version > rows[len(rows)-1].Version {
				return usage("versie %d is er niet; kies met --versie een uit keys list", version)
			}
			u, err := in.UseOf(cmd.Context(), version)
			if err != nil {
				return err
			}
			fmt.Fprintf(env.Out, "Met versie %d zijn benoemd: %d besluiten, %d signalen, %d uitkomsten.\n", version, u.Decisions, u.Signals, u.Outcomes)
			if !do {
				fmt.Fprintln(env.Out, "Er is niets veranderd. Met --do gaat de sleutel uit gebruik.")
				return nil
			}
			if err := in.RetireKey(cmd.Context(), actorOf(in.by), version, anyway); err != nil {
				return refused(env, err)
			}
			if err := os.Remove(keyPath(in.keys, version)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return &fault{Input, fmt.Errorf("de sleutel is uit gebruik, maar haar bestand is er nog; haal het zelf weg: %w", err)}
			}
			fmt.Fprintf(env.Out, "Versie %d is uit gebruik. Haal haar bestand ook weg op andere servers en uit reservekopieën.\n", version)
			return nil
		},
	}
	keyFlags(cmd, &kind)
	cmd.Flags().IntVar(&version, "versie", 0, "`N`: welke sleutel")
	cmd.Flags().BoolVar(&do, "do", false, "doe het; zonder telt de opdracht alleen")
	cmd.Flags().BoolVar(&anyway, "toch", false, "wacht niet op de bewaartermijn")
	return cmd
}
