package cli

import (
	"net"
	"net/netip"

	"github.com/spf13/cobra"
)

func demoCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "start de demogemeente op deze machine",
		Long: `Start een bedachte gemeente in de browser, alleen te bereiken vanaf deze machine. U kiest zelf als wie u werkt;
er zijn geen accounts. Alles wat u doet blijft bewaard in de datamap. Stoppen: Ctrl-C.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings(env, cmd)
			if err != nil {
				return err
			}
			if err := firstFault(onlyLoopback(s.Address), usable(s)); err != nil {
				return err
			}
			if isOwn(s.Data) {
				return badInput("%s is van een eigen installatie; start die met lemniscaat serve", s.Data)
			}
			return serve(cmd.Context(), env, s)
		},
	}
	settingFlags(cmd)
	return cmd
}

// onlyLoopback refuses an address that others could reach: the demo has no
// accounts.
func onlyLoopback(addr string) error {
	at, err := netip.ParseAddrPort(addr)
	if err != nil {
		host, port, splitErr := net.SplitHostPort(addr)
		if splitErr != nil || host != "localhost" {
			return usage("--addr %q is geen adres; schrijf bijvoorbeeld 127.0.0.1:8080", addr)
		}
		if at, err = netip.ParseAddrPort("127.0.0.1:" + port); err != nil {
			return usage("--addr %q heeft geen poort; schrijf bijvoorbeeld 127.0.0.1:8080", addr)
		}
	}
	if !at.Addr().IsLoopback() {
		return usage("--addr %s is van buiten te bereiken; er zijn geen accounts, dus dit luistert alleen op 127.0.0.1", addr)
	}
	return nil
}
