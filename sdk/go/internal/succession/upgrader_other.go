//go:build !linux && !darwin

package succession

import (
	"fmt"
	"runtime"
)

// Start refuses.
func (*Upgrader) Start(bool) error {
	return fmt.Errorf("%w: sockets cannot be handed over on %s", ErrRefused, runtime.GOOS)
}

// successor is never started.
type successor struct{}
