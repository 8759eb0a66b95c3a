package hotpod

import (
	"fmt"
	"net"
	"os"
	"sync"
)

// notify sends one datagram to the supervisor. Without a supervisor it does nothing.
func notify(state string) error {
	name := os.Getenv(envNotify)
	if name == "" {
		return nil
	}
	// A leading @ means an abstract socket, for systemd as for package net.
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err == nil {
		defer conn.Close()
		_, err = conn.Write([]byte(state))
	}
	if err != nil {
		return fmt.Errorf("hotpod: sending %s to %s: %w", state, envNotify, err)
	}
	return nil
}

// tell is notify where the supervisor depends on the message. Others that set NOTIFY_SOCKET need
// not listen any more, which must not stop a service. A process started by SelfUpgrade leaves it to
// the one before it, which is still the main process.
func tell(state string) error {
	if before() != nil {
		return nil
	}
	if err := notify(state); err != nil && underHotpod() {
		return err
	}
	return nil
}

// greet says once that this process will announce its readiness, so that the supervisor waits for
// READY=1 instead of taking an accepted connection for it.
var greet = sync.OnceValue(func() error { return tell("STATUS=starting") })
