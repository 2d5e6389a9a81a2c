package config

import (
	"fmt"
	"slices"
	"strings"
)

// line is one setting: how it is named, what it means and what it accepts.
type line struct {
	group string // heading in the docs; empty: as the line before
	key   string // in the file
	flag  string // on the command line; empty: not there
	arg   string // what the help calls the value
	def   string
	doc   string // one or two short sentences
	// secret is never shown and never read from the settings file or the command
	// line. guarded may hold a password, and then the same goes for it.
	secret, guarded bool
	apart           string // where the password of a guarded setting goes, if not in key-bestand
	kind
}

// secondFor are the roles that can be made to have a second factor (authz.Roles).
var secondFor = []string{"iedereen", "professional", "teamleider", "beleid", "uitvoering", "eigenaar", "wetgeving", "politiek", "auditor", "beheerder"}

// env is the name in the environment.
func (l line) env() string {
	return Prefix + strings.ToUpper(strings.ReplaceAll(l.key, "-", "_"))
}

// table gives all settings, in the order of the docs. A new setting is a field of
// Settings and a line here.
func (s *Settings) table() []line {
	return append([]line{
		{group: "Luisteren", key: "adres", flag: "addr", arg: "ADRES", def: "127.0.0.1:8080", kind: listen(&s.Address),
			doc: "Waar de pagina's luisteren. Poort 0 kiest een vrije poort."},
		{key: "url", flag: "url", arg: "ADRES", kind: site(&s.URL),
			doc: "Het adres zoals anderen het kennen, voor links in mails. Zonder: het luisteradres."},
		{key: "tls-certificaat", arg: "BESTAND", kind: path(&s.TLSCert),
			doc: "Het certificaat (PEM, met de keten) als Lemniscaat zelf HTTPS doet. Alleen samen met `tls-sleutel`."},
		{key: "tls-sleutel", arg: "BESTAND", kind: path(&s.TLSKey),
			doc: "De geheime sleutel bij het certificaat (PEM)."},
		{key: "vertrouwde-proxies", arg: "NETWERKEN", kind: networks(&s.Proxies),
			doc: "Van welke adressen `X-Forwarded-For` en `X-Forwarded-Proto` worden geloofd. Zonder: van niemand."},

		{group: "Bewaren", key: "data", flag: "data", arg: "MAP", def: "data", kind: path(&s.Data),
			doc: "De map waarin alles bewaard blijft."},
		{key: "database", flag: "database", arg: "ADRES", guarded: true, kind: postgres(&s.Database),
			doc: "PostgreSQL in plaats van SQLite in de datamap. Een wachtwoord hoort in de omgeving, in `database-bestand` of in een pgpass-bestand."},
		{key: "database-bestand", arg: "BESTAND", kind: path(&s.DatabaseFile),
			doc: "Een bestand met het adres van `database`, ook met wachtwoord."},
		{key: "sleutels", flag: "sleutels", arg: "MAP", kind: path(&s.Keys),
			doc: "De map met de sleutelbestanden. Op elke server dezelfde. Zonder: de datamap."},

		{group: "Mail", key: "smtp", flag: "smtp", arg: "SERVER", guarded: true, apart: "LEMNISCAAT_SMTP_WACHTWOORD in de omgeving, of smtp-wachtwoord-bestand", kind: text(&s.SMTP, "smtp://gebruiker@server:587?van=afzender@voorbeeld.nl"),
			doc: "De mailserver voor meldingen. Zonder: er gaat geen mail uit."},
		{key: "smtp-wachtwoord", arg: "WACHTWOORD", secret: true, kind: text(&s.SMTPPassword, "een wachtwoord"),
			doc: "Het wachtwoord van de mailserver."},
		{key: "smtp-wachtwoord-bestand", arg: "BESTAND", kind: path(&s.SMTPPasswordFile),
			doc: "Een bestand met alleen dat wachtwoord."},

		{group: "Zaaksystemen en simulaties", key: "aanleversleutel-bestand", flag: "intake-token-file", arg: "BESTAND", kind: path(&s.IntakeFile),
			doc: "Een bestand met de sleutel waarmee zaaksystemen uitkomsten aanleveren (ten minste 32 tekens)."},
		{key: "workers", flag: "workers", arg: "AANTAL", def: "kernen", kind: workers(&s.Workers),
			doc: "Hoe veel delen van simulaties deze server tegelijk rekent. `kernen`: een per kern. `0`: laat het aan `lemniscaat worker`."},

		{group: "Uiterlijk en termijnen", key: "thema", arg: "BESTAND", kind: path(&s.Theme),
			doc: "De kleuren en letters van uw eigen huisstijl: CSS met `--lem-*` en `--basis-*`, geladen na de eigen. Het contrast wordt nagerekend ([uitleg](thema.md))."},
		{key: "termijnen", arg: "BESTAND", kind: path(&s.Terms),
			doc: "De termijnen van uw organisatie. Zonder: `termijnen.yaml` in de datamap, als dat er is."},
		{key: "vragenlijsten", arg: "MAP", kind: path(&s.Questionnaires),
			doc: "Een map met eigen vragenlijsten voor toetsen ([uitleg](vragenlijsten.md)). Zonder: de map `vragenlijsten` in de datamap, als die er is."},

		{group: "Sessies", key: "sessie-stil", arg: "TIJD", def: "30m", kind: span(&s.SessionIdle, minute, 24*hour),
			doc: "Na hoe lang niets doen iemand opnieuw moet aanmelden."},
		{key: "sessie-hoogstens", arg: "TIJD", def: "12h", kind: span(&s.SessionMost, 5*minute, 7*24*hour),
			doc: "Na hoe lang iemand in elk geval opnieuw moet aanmelden."},

		{key: "tweede-stap-voor", arg: "LIJST", kind: list(&s.TwoFor, strings.Join(secondFor, ", ")+", met komma's", func(v string) bool { return slices.Contains(secondFor, v) }),
			doc: "Welke rollen een tweede stap moeten hebben: een app met codes of een passkey ([uitleg](accounts.md)). `iedereen` mag ook. Een beheerder moet het altijd."},

		{group: "Inloggen bij uw organisatie", key: "oidc-uitgever", arg: "ADRES", guarded: true, apart: "een adres zonder naam en wachtwoord", kind: of(&s.OIDC, issuerForm, issuer),
			doc: "De plek waar mensen inloggen met hun account van uw organisatie (OpenID Connect; het adres precies zoals in `iss`; [uitleg](accounts.md)). Zonder: alleen accounts van Lemniscaat zelf."},
		{key: "oidc-naam", arg: "NAAM", def: "uw organisatie", kind: text(&s.OIDCName, "een naam van een regel"),
			doc: "Hoe die plek heet, op de knop."},
		{key: "oidc-client", arg: "NAAM", kind: text(&s.OIDCClient, "de client_id die u daar kreeg"),
			doc: "Hoe deze installatie daar heet (`client_id`)."},
		{key: "oidc-sleutel-bestand", arg: "BESTAND", kind: path(&s.OIDCKey),
			doc: "De geheime sleutel waarmee deze installatie zich daar bewijst (`private_key_jwt`; PEM, RSA van ten minste 2048 bits of P-256)."},
		{key: "oidc-acr", arg: "LIJST", kind: list(&s.OIDCACR, "klasse=niveau, met komma's en de beste eerst; een niveau is wachtwoord, twee-factor of sleutel", acr),
			doc: "Hoe sterk iemand daar moet inloggen (`acr`) en wat dat hier is. Een klasse die er niet bij staat, wordt geweigerd. Zonder: het geldt als een wachtwoord, met de tweede stap van Lemniscaat erna."},
		{key: "oidc-adressen", arg: "LIJST", kind: list(&s.OIDCHosts, "adressen zonder pad, met komma's: https://sleutels.voorbeeld.nl", host),
			doc: "Andere adressen van die plek waar deze installatie naartoe mag, als de codes of de sleutels op een andere server staan dan `oidc-uitgever`."},

		{group: "Zien wat er gebeurt", key: "log-niveau", arg: "NIVEAU", def: "let-op", kind: choice(&s.LogLevel, "fout", "let-op", "info", "detail"),
			doc: "Wat in het log komt. `info` heeft een regel per verzoek."},
		{key: "log-vorm", arg: "VORM", def: "tekst", kind: choice(&s.LogForm, "tekst", "json"),
			doc: "Regels voor mensen of voor machines."},
		{key: "meetadres", arg: "ADRES", kind: inside(&s.Metrics),
			doc: "Waar `/metrics`, `/healthz` en `/readyz` (met redenen) staan. Alleen een adres van deze machine of van een eigen netwerk. Zonder: geen metingen."},
		{key: "traces", arg: "ADRES", kind: site(&s.Traces),
			doc: "Een OTLP-verzamelaar (HTTP) voor traces. Zonder: geen traces."},

		{group: "Aantonen dat er niet geknoeid is", key: "getuigen", flag: "getuigen", arg: "LIJST", kind: list(&s.Witnesses, "map:PAD, https://ADRES, regel of mail:ADRES, met komma's", witness),
			doc: "Wie de ondertekende koppen van het logboek bewaart ([uitleg](logboek.md)). `regel` schrijft ze op de standaarduitvoer voor fouten."},
		{key: "kop-na-gebeurtenissen", arg: "AANTAL", def: "1000", kind: amount(&s.HeadEvery, 1, 1_000_000),
			doc: "Na hoe veel gebeurtenissen er een ondertekende kop komt."},
		{key: "kop-na", arg: "TIJD", def: "15m", kind: span(&s.HeadAfter, second, 24*hour),
			doc: "Na hoe lang er een ondertekende kop komt als er iets bij is gekomen."},
		{key: "oin", arg: "NUMMER", kind: oin(&s.OIN),
			doc: "Het organisatie-identificatienummer van uw organisatie. Het staat in `source` van wat naar buiten gaat."},
		{key: "ontvangers", arg: "BESTAND", kind: path(&s.Receivers),
			doc: "Wie bericht krijgt van wat er in de lus gebeurt, als CloudEvents ([uitleg](logboek.md))."},
		{key: "verwerkingen-naar", arg: "ADRES", kind: site(&s.Processing),
			doc: "Het Logboek Dataverwerkingen van uw organisatie (OTLP over HTTP, bijvoorbeeld `https://logboek.voorbeeld.nl/v1/traces`). Zonder: de regels blijven hier."},
		{key: "verwerkingen-sleutel-bestand", arg: "BESTAND", kind: path(&s.ProcessingKey),
			doc: "Een bestand met de sleutel (bearer token) voor dat logboek."},

		{group: "Een lek melden", key: "lek-melden", arg: "LIJST", kind: list(&s.SecurityContacts, "mailto:ADRES, https://ADRES of tel:NUMMER, met komma's", contact),
			doc: "Waar iemand een lek in uw installatie meldt. Staat in `/.well-known/security.txt` (RFC 9116). Zonder: dat bestand is er niet."},
		{key: "lek-beleid", arg: "ADRES", kind: secure(&s.SecurityPolicy),
			doc: "De pagina over hoe u met meldingen omgaat."},
		{key: "lek-geldig", arg: "TIJD", def: "2160h", kind: span(&s.SecurityValid, 24*hour, 364*24*hour),
			doc: "Hoe lang wie het bestand leest erop mag vertrouwen, vanaf vandaag. `2160h` is 90 dagen."},

		{group: "Geheugen", key: "geheugenruimte", arg: "AANTAL", def: "256", kind: amount(&s.Room, 0, 65_536),
			doc: "Hoe veel MB de server laat liggen voordat hij geheugen opruimt, boven op wat hij gebruikt. Meer ruimte kost geheugen en spaart rekentijd ([uitleg](prestaties.md)). `0`: zoals Go het doet. Telt niet als `GOGC` is gezet."},

		{group: "Stoppen", key: "stop-aankondiging", arg: "TIJD", def: "0s", kind: span(&s.Announce, 0, 5*minute),
			doc: "Hoe lang `/readyz` al nee zegt terwijl verzoeken nog worden aangenomen. Zet dit op de tijd die uw verdeler nodig heeft om het te merken."},
		{key: "stop-termijn", arg: "TIJD", def: "20s", kind: span(&s.Grace, second, 10*minute),
			doc: "Hoe lang verzoeken die bezig zijn, mogen duren na een verzoek om te stoppen."},
	}, s.keeping()...)
}

// referred reads the secrets that lie in files, and looks whether the other files
// can be read.
func (l *Loaded) referred(read func(string) ([]byte, error)) Problems {
	var wrong Problems
	for _, r := range []struct {
		file, key string
		into      *string
		into2     string
	}{
		{l.DatabaseFile, "database", &l.Database, "postgres://…"},
		{l.SMTPPasswordFile, "smtp-wachtwoord", &l.SMTPPassword, "een wachtwoord"},
		{l.TLSCert, "", nil, ""}, {l.TLSKey, "", nil, ""}, {l.IntakeFile, "", nil, ""}, {l.Theme, "", nil, ""}, {l.Receivers, "", nil, ""}, {l.ProcessingKey, "", nil, ""}, {l.Terms, "", nil, ""}, {l.OIDCKey, "", nil, ""},
	} {
		if r.file == "" {
			continue
		}
		name := l.keyOf(r.file)
		at := Problem{Place: l.origin[name], Key: name}
		data, err := read(r.file)
		if err != nil {
			at.Text, at.Accepts = fmt.Sprintf("%s kan niet gelezen worden", r.file), "een bestand dat er is en dat dit programma mag lezen"
			wrong = append(wrong, at)
			continue
		}
		if r.into == nil {
			continue
		}
		if *r.into != "" {
			at.Text, at.Accepts = r.key+" is er ook al ("+l.origin[r.key]+")", "een van de twee"
			wrong = append(wrong, at)
			continue
		}
		value := strings.TrimSpace(string(data))
		for _, x := range l.table() {
			if x.key != r.key {
				continue
			}
			if err := x.set(value); err != nil || value == "" {
				at.Text, at.Accepts = fmt.Sprintf("wat in %s staat kan niet", r.file), r.into2
				wrong = append(wrong, at)
			} else {
				l.origin[r.key] = "bestand " + r.file
			}
		}
	}
	return wrong
}

// keyOf gives the setting whose field holds this file.
func (l *Loaded) keyOf(file string) string {
	for _, x := range l.table() {
		if x.get() == file && l.origin[x.key] != "standaard" {
			return x.key
		}
	}
	return ""
}

// together looks at settings that belong together.
func (l *Loaded) together() Problems {
	var wrong Problems
	if (l.TLSCert == "") != (l.TLSKey == "") {
		key, other := "tls-certificaat", "tls-sleutel"
		if l.TLSCert == "" {
			key, other = other, key
		}
		wrong = append(wrong, Problem{Place: l.origin[key], Key: key, Text: other + " ontbreekt", Accepts: "allebei, of geen van beide"})
	}
	for _, x := range []struct{ key, value string }{{"oidc-client", l.OIDCClient}, {"oidc-sleutel-bestand", l.OIDCKey}, {"url", l.URL}} {
		if l.OIDC != "" && x.value == "" {
			wrong = append(wrong, Problem{Place: l.origin["oidc-uitgever"], Key: "oidc-uitgever", Text: x.key + " ontbreekt", Accepts: x.key + " erbij"})
		}
	}
	if l.SessionMost < l.SessionIdle {
		wrong = append(wrong, Problem{Place: l.origin["sessie-hoogstens"], Key: "sessie-hoogstens",
			Text: "korter dan sessie-stil", Accepts: "ten minste " + l.SessionIdle.String()})
	}
	return wrong
}
