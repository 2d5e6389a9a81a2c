package office

import (
	"strings"
	"testing"

	"lemniscaat/internal/loop"
)

// Whatever can happen has words on the page where it is listed.
func TestEveryEventHasWords(t *testing.T) {
	t.Parallel()
	for _, k := range loop.Types() {
		name := k[:strings.LastIndexByte(k, '.')] // without its edition
		if _, ok := texts.Text("gebeurtenis." + name); !ok {
			t.Errorf("nl.yaml lacks gebeurtenis.%s", name)
		}
	}
}
