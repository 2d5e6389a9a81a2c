package simulate

// Income is what a run says of the disposable income of households: one
// definition for bands, deciles, poverty, inequality and marginal pressure.
//
// Disposable income of a household on a side, in cents a year, is
//
//   - when a regulation that measures income is in the run: what its rules
//     compute, minus what the household is entitled to under the schemes that
//     count in it and does not receive, plus what it receives (or minus what it
//     pays) under the schemes of the run that do not count in it;
//   - otherwise: the disposable income that the population has drawn for it,
//     plus what it receives more (or pays less) than under today's rules.
//
// A household on which a rule of the measure errs on some side is left out of
// everything here and counted in Failures.
type Income struct {
	// Regulation is the id of the regulation that measures income, Name its
	// name; empty when the income is the drawn one.
	Regulation, Name string
	// Claimed are the regulations that count in the income, that people have to ask
	// for, and that are not in the run: who is entitled is taken to receive them.
	Claimed  []string
	Baseline IncomeSide
	// Variant and Difference (variant minus today, for the same households and
	// draws) are nil without a variant.
	Variant    *IncomeSide
	Difference *IncomeDifference
	// Failures are households whose income no rule could compute.
	Failures []Failure
	// Indicators of the regulation that measures income.
	Indicators []Indicator
}

// Figure is a whole number with its 95 % interval: from sampling, and on
// populations too large for that, from the assumptions of take-up. Low = High =
// Value where no interval was computed.
type Figure struct{ Value, Low, High int64 }

// Ratio is a share or a coefficient with its 95 % interval: 0.25 is 25 %.
type Ratio struct{ Value, Low, High float64 }

// IncomeSide is disposable income under one set of rules.
type IncomeSide struct {
	// Households (weighted) and Rows of which the income is known.
	Households int64
	Rows       int
	// Total is the income of all households together, in cents a year.
	Total Figure
	// Median is the median of standardised income over persons, in cents a year:
	// disposable income divided by the equivalence factor of the household (1 for
	// the first adult, and the assumptions equivalentie-volwassene and
	// equivalentie-kind for each other adult and each child under 18).
	Median Figure
	// Gini is the Gini coefficient of standardised income over persons, between 0
	// (all alike) and 1; a negative income counts as nothing.
	Gini Ratio
	// Poverty is under the poverty line, LowIncome under 60 % of today's Median.
	Poverty, LowIncome Poverty
	// Pressure is nil when no regulation of the run measures income.
	Pressure *Pressure
}

// Poverty is who is below a line. A household is when its standardised income
// is less than the line, and, for the poverty line, when it has also less wealth
// than a year of the line times its equivalence factor.
type Poverty struct {
	// Line is for a single person, in cents a year: the same on every side.
	Line int64
	// Rows is the number of synthetic households below it.
	Rows                          int
	Households, Persons, Children Figure
	// PersonShare is of all persons, ChildShare of all persons under 18.
	PersonShare, ChildShare Ratio
	// Gap is what these households together are short of the line, in cents a
	// year; MeanGap per household.
	Gap     Figure
	MeanGap int64
}

// IncomeDifference is what a variant changes in income, with intervals of the
// difference itself.
type IncomeDifference struct {
	Total, Median      Figure // cents a year
	Gini               Ratio
	Poverty, LowIncome PovertyDifference
	// Pressed is the change in the number of households that keep less than a
	// fifth of an extra euro; only with Pressure.
	Pressed Figure
}

// PovertyDifference is the change in the numbers of Poverty.
type PovertyDifference struct {
	Households, Persons, Children Figure
	Gap                           Figure // cents a year
}

// Classes of marginal pressure: what of an extra euro is not kept.
const (
	PressureNegative = iota // less than nothing: more is kept than came in
	Pressure20              // 0 up to 20 %
	Pressure40
	Pressure60
	Pressure80
	Pressure100  // 80 up to and including 100 %
	PressureOver // more than 100 %: income falls
	PressureClasses
)

// Pressure is the effective marginal pressure (marginale druk): the part of
// € 1,000 a year more wage, for the member who earns most of those who work,
// that the household does not keep in disposable income. It is about rights:
// before and after the step the household receives all that it is entitled to,
// so that it does not depend on take-up. Households in which nobody works, or of
// which a rule errs before or after the step, are not in it.
type Pressure struct {
	PressureGroup
	// Cliff are the households whose disposable income falls.
	Cliff   IncomeCliff
	Deciles []PressureGroup
	Types   []PressureGroup
	// Skipped is the number of households with an earner of which a rule errs
	// after the step (weighted).
	Skipped int64
}

// PressureGroup is the distribution over one group of households with an
// earner.
type PressureGroup struct {
	Key, Label string
	Households int64 // weighted
	Rows       int
	// Classes counts households by PressureNegative … PressureOver; each class
	// has its lower bound, but 100 % is in the one below it.
	Classes [PressureClasses]Figure
	// Median is over households; Above80 the share that keeps less than a fifth.
	Median, Above80 Ratio
}

// IncomeCliff is who has less disposable income after € 1,000 a year more wage.
type IncomeCliff struct {
	Households Figure
	Rows       int
	// MeanLoss and MaxLoss of disposable income, in cents a year.
	MeanLoss, MaxLoss int64
}
