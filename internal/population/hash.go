package population

import "math"

// purpose names one random number of a household or a person. The numbers are
// part of the generator: a new purpose goes at the end.
type purpose uint64

const (
	forKinds purpose = iota + 1
	forAge
	forBirthday
	forPartnerAge
	forChildAge
	forOtherAge
	forAssistance
	forStatus
	forHouseholdRank
	forIncomeRank
	forSecondSource
	forSecondAmount
	forLoss
	forPension
	forPensionRank
	forNoise
	forWealth
	forTenure
	forInsured
	forStability
	forProspect
	forMunicipality
	forRoom
	forRent
	forService
	forEquity
	forCare
	forCareKind
	forCareDays
	forCarePrice
	forOwnMeans
	forLearning
)

// mix spreads the bits of x: a bijection in which every input bit changes
// about half of the output bits (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// Hash gives 64 bits that depend on nothing but the seed, an id and a purpose.
// It is the only source of chance in populations, take-up and samples, so that
// any part can be made again alone, in any order, on any number of threads.
func Hash(seed, id, purpose uint64) uint64 { return KeyOf(seed, id).Hash(purpose) }

// Key is a seed and an id, for several purposes.
type Key uint64

// KeyOf joins a seed and an id.
func KeyOf(seed, id uint64) Key {
	const golden = 0x9e3779b97f4a7c15
	return Key(mix(mix(seed+golden) ^ id*golden))
}

// Hash gives the bits of one purpose: k.Hash(p) is Hash(seed, id, p).
func (k Key) Hash(purpose uint64) uint64 { return mix(uint64(k) + purpose*0xd1342543de82ef95) }

// Uniform maps 64 bits to the open interval (0, 1).
func Uniform(bits uint64) float64 { return (float64(bits>>11) + 0.5) / (1 << 53) }

// Normal maps 64 bits to a standard normal number.
func Normal(bits uint64) float64 { return math.Sqrt2 * math.Erfinv(2*Uniform(bits)-1) }

// phi is the standard normal distribution function.
func phi(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

// score is the inverse of phi; u is kept away from 0 and 1.
func score(u float64) float64 {
	return math.Sqrt2 * math.Erfinv(2*min(max(u, 1e-9), 1-1e-9)-1)
}

// person is the id of a member for draws; member −1 is the household itself.
// A household has at most 14 members.
func person(household, member int) uint64 { return uint64(household)<<4 | uint64(member+1) }
