package cli

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"time"
)

// certificateEnds gives when the first certificate of a PEM file expires.
func certificateEnds(name string) (time.Time, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s", fileError(name, err))
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return time.Time{}, fmt.Errorf("%s is geen certificaat in PEM", name)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s is geen geldig certificaat: %w", name, err)
	}
	return c.NotAfter, nil
}
