package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lemniscaat/internal/audit"
	"lemniscaat/internal/config"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/push"
	"lemniscaat/internal/seal"
)

// Files in the folder with keys.
const (
	ringFile   = "ondertekening.sleutel"  // private; signs heads of the log and receipts
	publicFile = "ondertekening.openbaar" // for everybody
)

// openRing reads the key that signs for an installation, and makes it the first
// time. Two servers that start at once end with one key.
func openRing(keys string) (*seal.Ring, error) {
	path := filepath.Join(keys, ringFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		var id [4]byte
		rand.Read(id[:]) // never fails
		fresh, err := seal.NewRing(rand.Reader, "lemniscaat-"+hex.EncodeToString(id[:]))
		if err != nil {
			return nil, fmt.Errorf("signing key: %w", err)
		}
		if err := writeOnce(path, fresh.Text()); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, &fault{Input, fmt.Errorf("de sleutel om te ondertekenen kan niet bewaard worden: %w", err)}
		}
		text, err = os.ReadFile(path)
		if err != nil {
			return nil, &fault{Input, fmt.Errorf("de sleutel om te ondertekenen: %w", err)}
		}
	} else if err != nil {
		return nil, &fault{Input, fmt.Errorf("de sleutel om te ondertekenen: %w", err)}
	}
	r, err := seal.ReadRing(text)
	if err != nil {
		return nil, &fault{Input, fmt.Errorf("%s: %w; zet een reservekopie terug", path, err)}
	}
	public := filepath.Join(keys, publicFile)
	if have, err := os.ReadFile(public); err != nil || string(have) != string(r.Public().Text()) {
		if err := writeDurably(public, string(r.Public().Text())); err != nil {
			return nil, &fault{Input, fmt.Errorf("%s kan niet bewaard worden: %w", public, err)}
		}
	}
	return r, nil
}

// writeOnce writes a file as a whole, only when there is none: fs.ErrExist.
func writeOnce(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}

// readPublic reads the public keys of an installation; none when there are none.
func readPublic(keys string) (seal.Public, error) {
	text, err := os.ReadFile(filepath.Join(keys, publicFile))
	if errors.Is(err, fs.ErrNotExist) {
		return seal.Public{}, nil
	}
	if err != nil {
		return seal.Public{}, badInput("%s", fileError(publicFile, err))
	}
	p, err := seal.ReadPublic(text)
	if err != nil {
		return seal.Public{}, badInput("%s: %v", publicFile, err)
	}
	return p, nil
}

// witnesses makes those that the settings name.
func witnesses(s *config.Loaded, post notice.Mailer, lines io.Writer) ([]audit.Witness, error) {
	var out []audit.Witness
	for _, w := range s.Witnesses {
		kind, rest, _ := strings.Cut(w, ":")
		switch kind {
		case "map":
			out = append(out, push.Folder{Path: rest})
		case "regel":
			out = append(out, &push.Lines{To: lines})
		case "mail":
			if post == nil {
				return nil, badInput("getuigen: %s kan niet zonder mailserver; zet smtp", w)
			}
			if err := notice.CheckAddress(rest); err != nil {
				return nil, badInput("getuigen: %v", err)
			}
			out = append(out, push.Mail{Mailer: post, To: rest})
		default:
			c, err := outClient(w, "", "", "")
			if err != nil {
				return nil, err
			}
			out = append(out, push.Webhook{Client: c})
		}
	}
	return out, nil
}

// notary signs the log of an installation while it serves.
func newNotary(in *installation, s *config.Loaded, lines io.Writer, log *slog.Logger) (*audit.Notary, error) {
	ring, err := openRing(placeOf(s).keys)
	if err != nil {
		return nil, err
	}
	ws, err := witnesses(s, in.Mailer, lines)
	if err != nil {
		return nil, err
	}
	return &audit.Notary{Store: in.store, Ring: ring, Now: time.Now, Every: uint64(s.HeadEvery), After: s.HeadAfter, Witnesses: ws, Log: log}, nil
}

// notaryEvery is how often is looked whether a head is due.
const notaryEvery = 5 * time.Second

func runNotary(n *audit.Notary) func(context.Context) error {
	return func(ctx context.Context) error {
		n.Run(ctx, notaryEvery)
		return nil
	}
}

func auditKey(env Env) *cobra.Command {
	var keys string
	var rotate bool
	cmd := &cobra.Command{
		Use:   "key --sleutels MAP [--wissel]",
		Short: "toon de openbare sleutel, of neem een nieuwe",
		Long: `Toont de openbare sleutels waarmee anderen koppen en bewijzen nagaan. Geef ze op een andere weg dan de bestanden zelf:
op uw website, of op papier.

Met --wissel komt er een nieuwe sleutel. De oude en de nieuwe tekenen samen voor de wissel: wie de oude heeft, kan de
nieuwe nagaan. Stop de servers eerst, en zet daarna de map op elke server gelijk.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if keys == "" {
				return usage("de map ontbreekt; geef --sleutels MAP")
			}
			if _, err := os.Stat(filepath.Join(keys, ringFile)); errors.Is(err, fs.ErrNotExist) {
				return badInput("in %s staat geen sleutel om te ondertekenen (%s); serve maakt haar bij het eerste begin", keys, ringFile)
			}
			r, err := openRing(keys)
			if err != nil {
				return err
			}
			if rotate {
				if r, err = r.Rotate(rand.Reader, env.Now()); err != nil {
					return err
				}
				if err := writeDurably(filepath.Join(keys, ringFile), string(r.Text())); err != nil {
					return badInput("de nieuwe sleutel kan niet bewaard worden: %v", err)
				}
				if r, err = openRing(keys); err != nil {
					return err
				}
			}
			_, err = env.Out.Write(r.Public().Text())
			return err
		},
	}
	cmd.Flags().StringVar(&keys, "sleutels", "", "`MAP` met de sleutels van de installatie")
	cmd.Flags().BoolVar(&rotate, "wissel", false, "neem een nieuwe sleutel")
	return cmd
}

func auditSign(env Env) *cobra.Command {
	var data, keys, to string
	cmd := &cobra.Command{
		Use:   "sign --data MAP",
		Short: "onderteken nu een kop van het logboek van een installatie die stilstaat",
		Long: `Een installatie die draait ondertekent zelf. Deze opdracht doet het als zij stilstaat: voor een reservekopie, of voor
u de machine uit handen geeft. Met --naar komt de kop meteen in een map elders.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if data == "" {
				return usage("de map ontbreekt; geef --data MAP")
			}
			if keys == "" {
				keys = data
			}
			log, err := openStill(cmd.Context(), env, data, "een installatie die draait ondertekent zelf")
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, log.Close()) }()
			ring, err := openRing(keys)
			if err != nil {
				return err
			}
			n := &audit.Notary{Store: log, Ring: ring, Now: env.Now, Every: 1}
			if to != "" {
				n.Witnesses = []audit.Witness{push.Folder{Path: to}}
			}
			if err := n.Step(cmd.Context()); err != nil {
				return &fault{Found, err}
			}
			_, statement, err := audit.Last(cmd.Context(), log)
			if err != nil {
				return &fault{Input, err}
			}
			fmt.Fprint(env.Out, statement)
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "`MAP` van de installatie")
	cmd.Flags().StringVar(&keys, "sleutels", "", "`MAP` met de sleutels; zonder: die van --data")
	cmd.Flags().StringVar(&to, "naar", "", "`MAP` elders om de kop te bewaren")
	return cmd
}
