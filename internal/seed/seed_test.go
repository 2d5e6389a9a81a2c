package seed_test

import (
	"testing"

	"lemniscaat/internal/seed"
)

func TestOf(t *testing.T) {
	t.Setenv(seed.Env, "18446744073709551615")
	if n := seed.Of(); n != 1<<64-1 {
		t.Errorf("%d", n)
	}
	t.Setenv(seed.Env, "")
	if a, b := seed.Of(), seed.Of(); a == b {
		t.Errorf("twice %d without a number", a)
	}
	for _, bad := range []string{"-1", "x", "1.5", "18446744073709551616"} {
		t.Setenv(seed.Env, bad)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is taken", bad)
				}
			}()
			seed.Of()
		}()
	}
}
