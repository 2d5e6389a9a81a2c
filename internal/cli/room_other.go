//go:build !unix

package cli

import "errors"

func roomLeft(string) (int64, error) { return 0, errors.ErrUnsupported }

// lockHeld is not known here.
func lockHeld(string) (bool, error) { return false, nil }
