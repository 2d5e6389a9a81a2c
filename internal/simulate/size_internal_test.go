package simulate

import (
	"testing"
	"unsafe"
)

// The comment of the package and the memory of a part rest on this.
func TestSizeOfHome(t *testing.T) {
	t.Parallel()
	if n := unsafe.Sizeof(home{}); n != 24 {
		t.Errorf("a household takes %d bytes", n)
	}
}
