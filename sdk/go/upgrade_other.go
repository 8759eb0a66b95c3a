//go:build !linux && !darwin

package hotpod

import (
	"fmt"
	"runtime"
)

func selfUpgrade(UpgradeOptions) error {
	return fmt.Errorf("%w: sockets cannot be handed over on %s", ErrNoSelfUpgrade, runtime.GOOS)
}
