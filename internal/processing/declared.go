package processing

import (
	"maps"
	"slices"
)

// Declaration says of which activities an operation can leave rows, or why of none.
type Declaration struct {
	Activities []Activity
	Why        string // in Dutch, for docs/beheer/verwerkingen.md; empty when there are activities
}

// Declared gives what an operation of package authz declares.
func Declared(operation string) (Declaration, bool) {
	d, ok := operations[operation]
	return d, ok
}

// Declarations gives the names of the operations that declare something, sorted.
func Declarations() []string { return slices.Sorted(maps.Keys(operations)) }

func rowsOf(a ...Activity) Declaration { return Declaration{Activities: a} }
func none(why string) Declaration      { return Declaration{Why: why} }

// loopWork is what nearly every page of the loop is about: the title of an issue is the
// first words of a signal, and it says who has which task and who decided what. A form
// that is sent back is the page that it stood on.
func loopWork(more ...Activity) Declaration {
	return rowsOf(append([]Activity{Signals, Staffing, Handling}, more...)...)
}

// Reasons for no row that several operations have.
const (
	nobodys = "er staan geen gegevens van een mens in"
	notKept = "het huishouden is van niemand die het programma kent, en wordt niet bewaard"
)

// operations is what every operation declares.
var operations = map[string]Declaration{
	"onderdeel.lezen": none(nobodys),
	"taal.kiezen":     none(nobodys),
	"rol.kiezen":      none(nobodys),
	"klok.zetten":     loopWork(),
	"verhaal.lezen":   none("de mensen in een verhaal zijn verzonnen"),
	"bevolking.lezen": none("de bevolking is verzonnen"),
	"recht.berekenen": none(notKept),
	"bewijs.nagaan":   none("het bewijs wordt nagerekend en niet bewaard"),

	"aanmelden":              rowsOf(Accounts),
	"account.eigen":          rowsOf(Accounts),
	"account.beheren":        rowsOf(Accounts, Staffing),
	"sessie.beheren":         rowsOf(Accounts),
	"sleutel.beheren":        rowsOf(Accounts, Staffing),
	"noodtoegang.openen":     rowsOf(Accounts),
	"noodtoegang.beoordelen": rowsOf(Accounts),
	"beheer.lezen":           loopWork(Accounts),
	"installatie.beheren":    rowsOf(Accounts, Handling),
	"persoon.inzien":         rowsOf(Rights, Handling),
	"persoon.wissen":         rowsOf(Rights, Handling),
	"logboek.lezen":          none("een besluit over toegang noemt een account en geen mens, zaak of tekst"),
	"besluitlijst.lezen":     loopWork(Decisions, Objection),

	"inwoner.melden":         rowsOf(Signals, Objection),
	"inwoner.volgen":         loopWork(Objection),
	"link.beantwoorden":      loopWork(),
	"signaal.openen":         loopWork(),
	"signaal.opstellen":      loopWork(),
	"signaal.melden":         loopWork(Decisions),
	"signaal.lezen":          loopWork(Decisions),
	"signaal.reageren":       loopWork(),
	"signaal.bijlage-wissen": loopWork(Rights),
	"signaal.inlezen":        loopWork(),
	"team.lezen":             loopWork(Decisions),

	"beslissing.lezen":      loopWork(Decisions, Objection),
	"beslissing.vastleggen": loopWork(Decisions, Objection),
	"beslissing.toepassen":  rowsOf(Decisions),
	"beslissing.handelen":   loopWork(Decisions, Objection),
	"maatwerk.lezen":        loopWork(Decisions, Objection),
	"maatwerk.geven":        loopWork(Decisions, Objection),
	"maatwerk.afspreken":    loopWork(Decisions, Objection),
	"maatwerk.nakijken":     loopWork(Decisions, Objection),
	"bezwaar.lezen":         loopWork(Decisions, Objection),
	"bezwaar.doorsturen":    loopWork(Decisions, Objection),
	"uitkomst.inlezen":      loopWork(Decisions),
	"uitkomst.leveren":      rowsOf(Decisions),

	"wegwijzer.lezen":      loopWork(),
	"regeling.lezen":       loopWork(),
	"regeling.proberen":    loopWork(),
	"register.lezen":       loopWork(),
	"knelpunt.lezen":       loopWork(),
	"voorstel.lezen":       loopWork(),
	"simulatie.lezen":      loopWork(),
	"driehoek.lezen":       loopWork(),
	"agenda.lezen":         loopWork(),
	"detector.lezen":       loopWork(),
	"verplichting.lezen":   loopWork(),
	"cijfer.lezen":         loopWork(),
	"stand.lezen":          loopWork(),
	"leerzaak.lezen":       loopWork(),
	"begin.lezen":          loopWork(Accounts),
	"verantwoording.lezen": loopWork(),
	"bericht.lezen":        loopWork(),
	"bericht.instellen":    loopWork(),

	"knelpunt.antwoorden": loopWork(),
	"knelpunt.aanvaarden": loopWork(),
	"knelpunt.tellen":     loopWork(),
	"knelpunt.herinneren": loopWork(),
	"knelpunt.afronden":   loopWork(),
	"knelpunt.uitstellen": loopWork(),
	"knelpunt.doorzenden": loopWork(),
	"knelpunt.heropenen":  loopWork(),
	"knelpunt.bundelen":   loopWork(),
	"leerzaak.maken":      loopWork(),
	"verplichting.link":   loopWork(),
	"voorstel.openen":     loopWork(),
	"voorstel.bewerken":   loopWork(),
	"voorstel.toetsen":    loopWork(),
	"voorstel.intrekken":  loopWork(),
	"voorstel.voorleggen": loopWork(),
	"voorstel.sleutel":    loopWork(),
	"voorstel.knoop":      loopWork(),
	"voorstel.invoeren":   loopWork(),
	"voorstel.uitrollen":  loopWork(),
	"agenda.wijzigen":     loopWork(),
	"simulatie.starten":   loopWork(),
	"simulatie.stoppen":   loopWork(),
	"detector.instellen":  loopWork(),
	"stand.schrijven":     loopWork(),
	"te-laat.gezien":      loopWork(),
	"begin.inrichten":     loopWork(),
	"driehoek.wijzigen":   loopWork(),
}
