package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Version of the program; a release raises it.
const Version = "0.1.0"

func versionCommand(env Env) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "toon de versie van het programma",
		Args:  arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			v := struct {
				Versie  string `json:"versie"`
				Commit  string `json:"commit,omitempty"`
				Go      string `json:"go"`
				Systeem string `json:"systeem"`
			}{Version, revision(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
			if asJSON {
				return writeJSON(env, v)
			}
			fmt.Fprintf(env.Out, "lemniscaat %s (%s, %s)\n", v.Versie, v.Go, v.Systeem)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

// revision is the commit that was built, when the build recorded it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}

// writeJSON writes one JSON value, indented, without escaping of < and >.
func writeJSON(env Env, v any) error {
	enc := json.NewEncoder(env.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
