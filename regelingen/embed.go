// Package regelingen holds the regulations that ship with Lemniscaat, as they
// stand in this folder.
package regelingen

import "embed"

// Files holds the folders with regulations, for regulation.Load.
//
//go:embed */*.md */*.yaml */*/*.yaml
var Files embed.FS
