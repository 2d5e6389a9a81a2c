package rule_test

import (
	"testing"

	"lemniscaat/internal/rule"
)

func TestIsBWB(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"BWBR0018451": true, "BWBV0001109": true, "BWBW1234567": true,
		"": false, "BWBR001845": false, "BWBR00184511": false, "BWBX0018451": false, "bwbr0018451": false, "BWBR0018451\n": false,
	} {
		if rule.IsBWB(id) != want {
			t.Errorf("%q: %t", id, !want)
		}
	}
}
