package authn

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// Limits of a password, in characters: long, with nothing asked of what is in it
// (ASVS 5.0, V6.2). The longest keeps the work bounded.
const (
	minPassword = 12
	maxPassword = 128
)

//go:embed common.txt
var commonText string

// common are words that people choose: a password that is one of them, or a few of
// them and some numbers, is refused.
func common() []string {
	var out []string
	for line := range strings.Lines(commonText) {
		if w := strings.TrimSpace(line); w != "" && !strings.HasPrefix(w, "#") {
			out = append(out, w)
		}
	}
	return out
}

func (s *Service) params() *argon2id.Params {
	if s.Weak {
		return &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	}
	return &argon2id.Params{Memory: 32 * 1024, Iterations: 3, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// normal makes one text of the ways in which keyboards send the same characters.
func normal(password string) string { return norm.NFC.String(password) }

func (s *Service) hash(password string) (string, error) {
	h, err := argon2id.CreateHash(normal(password), s.params())
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return h, nil
}

// turn waits for a place to check a password: each takes memory, and a rush of
// them may not take it all.
func (s *Service) turn(ctx context.Context) (func(), error) {
	select {
	case s.hashing <- struct{}{}:
		return func() { <-s.hashing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// makeHash hashes a new password in its turn.
func (s *Service) makeHash(ctx context.Context, password string) (string, error) {
	done, err := s.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return s.hash(password)
}

// matches checks a password; fresh is another hash when that of the account was
// made with other parameters. Without a hash it takes as long and says no.
func (s *Service) matches(ctx context.Context, password, hash string) (ok bool, fresh string, err error) {
	done, err := s.turn(ctx)
	if err != nil {
		return false, "", err
	}
	defer done()
	if utf8.RuneCountInString(password) > maxPassword {
		password = ""
	}
	none := hash == ""
	if none {
		hash = s.dummy
	}
	ok, p, err := argon2id.CheckHash(normal(password), hash)
	if err != nil {
		return false, "", fmt.Errorf("check password: %w", err)
	}
	if none || !ok {
		return false, "", nil
	}
	if *p != *s.params() {
		if fresh, err = s.hash(password); err != nil {
			return false, "", err
		}
	}
	return true, fresh, nil
}

// checkPassword refuses a password that others would try first; about are words
// of this account and installation.
func checkPassword(field, password string, about ...string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return refuse("wachtwoord-tekens", field)
	case n < minPassword:
		return refuse("wachtwoord-kort", field)
	case n > maxPassword:
		return refuse("wachtwoord-lang", field)
	}
	if guessable(password, about) {
		return refuse("wachtwoord-bekend", field)
	}
	return nil
}

// guessable reports a password of which too little is left when the words that
// everybody tries, and those of this account, are taken out.
func guessable(password string, about []string) bool {
	low := plainLetters(password)
	words := common()
	for _, a := range about {
		for _, w := range strings.FieldsFunc(plainLetters(a), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len(w) >= 4 {
				words = append(words, w)
			}
		}
	}
	words = append(words, "lemniscaat", "wachtwoord", "password", "welkom", "beheerder", "gemeente")
	left := low
	for _, w := range words {
		left = strings.ReplaceAll(left, plainLetters(w), "")
	}
	// What is left counts by how many different characters there are, without
	// numbers and signs at an end.
	left = strings.TrimFunc(left, func(r rune) bool { return !unicode.IsLetter(r) })
	seen := map[rune]bool{}
	for _, r := range left {
		seen[r] = true
	}
	digits := map[rune]bool{}
	for _, r := range low {
		digits[r] = true
	}
	if left == "" && len(low) > 0 {
		// Only numbers, signs and known words: long and varied may still do.
		letters := strings.ContainsFunc(low, unicode.IsLetter)
		return letters || len(digits) < 8 || sequence(low)
	}
	return len(seen) < 5 && len(digits) < 8 || sequence(low)
}

// plainLetters writes a text as guessers do: small letters, and numbers that stand
// for letters as those letters.
func plainLetters(s string) string {
	return strings.NewReplacer("@", "a", "$", "s", "€", "e").Replace(strings.ToLower(norm.NFKC.String(s)))
}

// sequence reports a row of keys or of the alphabet: 123456789012, abcdefghijkl.
func sequence(s string) bool {
	rs := []rune(s)
	steps := 0
	for i := 1; i < len(rs); i++ {
		if d := rs[i] - rs[i-1]; d == 0 || d == 1 || d == -1 || d == -9 {
			steps++
		}
	}
	return len(rs) > 1 && steps*10 >= (len(rs)-1)*8
}
