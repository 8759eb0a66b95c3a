package hotpod

import (
	"log"
	"time"

	"github.com/hotpod/hotpod/sdk/go/internal/succession"
)

// ErrNoSelfUpgrade is what SelfUpgrade's refusals are, whatever their reason: the service can go on
// without it.
var ErrNoSelfUpgrade = succession.ErrRefused

// upgradeTimeDefault suits services that warm caches before they serve.
const upgradeTimeDefault = time.Minute

// UpgradeOptions changes what [SelfUpgrade] does. The zero value is good for most.
type UpgradeOptions struct {
	// Timeout is how long the new process may take until it is ready. 0: one minute.
	Timeout time.Duration
	// PIDFile names a file that holds the number of the process that serves, for systemd's PIDFile=
	// and the like. It is replaced at once, never half written: when the first process is ready, and
	// when another takes over. The last one removes it. "": no file.
	PIDFile string
	// OnError is called, from its own goroutine, with what went wrong: an upgrade that failed or was
	// refused. nil: it is logged by package log.
	OnError func(error)
}

// SelfUpgrade lets a service that runs without hotpod replace itself. From its return on, SIGUSR2
// starts the program anew from the path it was started from, with the same arguments, environment
// and working directory. What listens by [Listen], [ListenNamed], [ListenPacket] or [Serve] is handed
// to the new process, whose own Listen finds it. Once its Serve announces readiness, this process
// drains as on SIGTERM; until then it serves as if nothing was. Call it before [Serve].
//
// When the new process ends, or is not ready in time, it is killed, the error is reported, and the
// next SIGUSR2 tries again. One that comes during an upgrade is refused.
//
// It is refused with an [ErrNoSelfUpgrade] where the service would not survive it: as process 1 of a
// container, or as the child that tini and the like wait for, because the container ends with that
// process; under hotpod, whose work it is; on systems other than Linux and macOS. SIGUSR2 is then
// answered with the same error and does no harm.
//
// Under systemd the change of the main process is told by MAINPID= where NOTIFY_SOCKET is set.
func SelfUpgrade(options UpgradeOptions) error {
	if options.Timeout <= 0 {
		options.Timeout = upgradeTimeDefault
	}
	if options.OnError == nil {
		options.OnError = func(err error) { log.Print(err) }
	}
	if _, err := inherited(); err != nil {
		return err
	}
	upgrader := &succession.Upgrader{
		Timeout: options.Timeout, PIDFile: options.PIDFile, OnError: options.OnError, Life: process,
	}
	return upgrader.Start(underHotpod())
}
