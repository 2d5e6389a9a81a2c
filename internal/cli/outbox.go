package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lemniscaat/internal/outbox"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/store"
)

func outboxCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "outbox",
		Short: "wat naar buiten gaat: wat niet is afgeleverd, opnieuw proberen, opgeven",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(outboxList(env), outboxRetry(env), outboxDrop(env))
	return cmd
}

// outboxLine and outboxDead are what outbox list --json gives.
type (
	outboxLine struct {
		Name     string    `json:"ontvanger"`
		Sent     uint64    `json:"verstuurd"`
		Refused  uint64    `json:"geweigerd"`
		Behind   uint64    `json:"achter"`
		Oldest   time.Time `json:"oudste,omitzero"`
		Failures int       `json:"pogingen,omitempty"`
		Next     time.Time `json:"volgende,omitzero"`
		Fault    string    `json:"fout,omitempty"`
		Gone     bool      `json:"opgezegd,omitempty"`
	}
	outboxDead struct {
		ID       string    `json:"bericht"`
		Receiver string    `json:"ontvanger"`
		Type     string    `json:"soort"`
		Seq      uint64    `json:"gebeurtenis,omitempty"`
		At       time.Time `json:"op"`
		Status   int       `json:"antwoord"`
		Tries    int       `json:"pogingen"`
		Again    bool      `json:"straks,omitempty"`
	}
)

func outboxList(env Env) *cobra.Command {
	var data string
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "list --data MAP",
		Short: "toon per ontvanger hoe het gaat, en wat hij weigerde",
		Long: `Toont per ontvanger hoe ver hij is en wat er misgaat, en daarna de berichten die hij weigerde. Er staan geen adressen,
geen mensen en niets van de inhoud bij. Dat kan ook terwijl de installatie draait.

Uitgang 1: er is iets geweigerd, of een ontvanger neemt nu niets aan.`,
		Example: "  lemniscaat outbox list --data data",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || limit > 10_000 {
				return usage("--limit %d kan niet; kies 1 tot en met 10000", limit)
			}
			log, err := readLog(cmd.Context(), data)
			if err != nil {
				return err
			}
			defer log.Close()
			lines, err := outbox.Lines(cmd.Context(), log)
			if err != nil {
				return &fault{Input, err}
			}
			dead, err := outbox.DeadLetters(cmd.Context(), log, "", limit)
			if err != nil {
				return &fault{Input, err}
			}
			wrong := len(dead) > 0
			rows, letters := []outboxLine{}, []outboxDead{}
			for _, l := range lines {
				wrong = wrong || l.Gone || l.Failures > 0
				rows = append(rows, outboxLine{l.Name, l.Sent, l.Dead, l.Behind, l.Oldest, l.Failures, l.Next, l.Fault, l.Gone})
			}
			for _, d := range dead {
				letters = append(letters, outboxDead{d.ID, d.Receiver, d.Type(), d.Seq, d.At, d.Status, d.Tries + 1, d.Again})
			}
			if asJSON {
				if err := writeJSON(env, struct {
					Lines []outboxLine `json:"ontvangers"`
					Dead  []outboxDead `json:"geweigerd"`
				}{rows, letters}); err != nil {
					return err
				}
			} else {
				printOutbox(env, rows, letters)
			}
			if wrong {
				return silent(Found)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	cmd.Flags().IntVar(&limit, "limit", 200, "toon hoogstens dit `AANTAL` berichten")
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

func printOutbox(env Env, lines []outboxLine, dead []outboxDead) {
	if len(lines) == 0 {
		fmt.Fprintln(env.Out, "Er gaat niets naar buiten: er zijn geen ontvangers.")
	}
	for _, l := range lines {
		fmt.Fprintf(env.Out, "%s: %d verstuurd, %d geweigerd, %d te gaan", l.Name, l.Sent, l.Refused, l.Behind)
		if !l.Oldest.IsZero() {
			fmt.Fprintf(env.Out, " (de oudste van %s)", l.Oldest.UTC().Format("2006-01-02 15:04 UTC"))
		}
		fmt.Fprintln(env.Out)
		if l.Fault != "" {
			fmt.Fprintf(env.Out, "  %s", l.Fault)
			if !l.Next.IsZero() {
				fmt.Fprintf(env.Out, "; %d keer geprobeerd, weer om %s", l.Failures, l.Next.UTC().Format("15:04:05 UTC"))
			}
			fmt.Fprintln(env.Out)
		}
	}
	for _, d := range dead {
		fmt.Fprintf(env.Out, "%s\n  %s, antwoord %d op %s, %d keer geprobeerd", d.ID, d.Type, d.Status, d.At.UTC().Format("2006-01-02 15:04 UTC"), d.Tries)
		if d.Again {
			fmt.Fprint(env.Out, "; gaat straks opnieuw")
		}
		fmt.Fprintln(env.Out)
	}
}

// onShelf opens the store of an installation for a change of what goes out.
func onShelf(cmd *cobra.Command, env Env, data string, do func(store.Store) error) (err error) {
	log, err := openStill(cmd.Context(), env, data, "doe het op de pagina /beheer/aflevering, of stop de server eerst")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	switch err := do(log); {
	case errors.Is(err, store.ErrNotFound):
		return badInput("dit is er niet; lemniscaat outbox list zegt wat er is")
	case errors.Is(err, store.ErrConflict):
		return &fault{Found, errors.New("dit werd net gewijzigd; kijk met lemniscaat outbox list hoe het er nu voor staat")}
	default:
		return err
	}
}

func outboxRetry(env Env) *cobra.Command {
	var data, receiver string
	cmd := &cobra.Command{
		Use:   "retry BERICHT | --ontvanger NAAM",
		Short: "laat een geweigerd bericht opnieuw sturen, of probeer een ontvanger meteen",
		Long: `BERICHT is wat outbox list noemt. De server stuurt het bij zijn volgende beurt, met hetzelfde kenmerk. Met --ontvanger
wacht de server niet langer op een ontvanger die niet antwoordde of had opgezegd.`,
		Example: "  lemniscaat outbox retry archief/00000000000000000012 --data data\n  lemniscaat outbox retry --ontvanger archief --data data",
		Args:    arguments(0, 1, "BERICHT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == (receiver != "") {
				return usage("geef een BERICHT of --ontvanger NAAM, een van de twee")
			}
			return onShelf(cmd, env, data, func(s store.Store) error {
				if receiver != "" {
					return outbox.Resume(cmd.Context(), s, receiver)
				}
				return outbox.Retry(cmd.Context(), s, args[0])
			})
		},
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	cmd.Flags().StringVar(&receiver, "ontvanger", "", "`NAAM` van de ontvanger")
	return cmd
}

func outboxDrop(env Env) *cobra.Command {
	var data, reason string
	cmd := &cobra.Command{
		Use:   "drop BERICHT --reden TEKST",
		Short: "geef een geweigerd bericht op",
		Long: `Het bericht wordt niet meer gestuurd en de inhoud gaat weg. Wie het opgaf, wanneer en waarom blijft twee jaar te lezen op
de pagina Aflevering. Schrijf geen namen van inwoners in de reden.`,
		Example: `  lemniscaat outbox drop archief/00000000000000000012 --reden "de ontvanger kent deze soort niet" --data data`,
		Args:    arguments(1, 1, "BERICHT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if n := len([]rune(reason)); n < 5 || n > 500 {
				return usage("geef met --reden waarom het niet meer nodig is, in 5 tot 500 tekens")
			}
			if len(privacy.Find(reason)) > 0 {
				return usage("in de reden staat een nummer of adres van een mens; laat dat weg")
			}
			return onShelf(cmd, env, data, func(s store.Store) error {
				return outbox.GiveUp(cmd.Context(), s, args[0], "opdrachtregel", reason, env.Now())
			})
		},
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	cmd.Flags().StringVar(&reason, "reden", "", "waarom, in een `TEKST`")
	return cmd
}
