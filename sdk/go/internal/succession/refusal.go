package succession

import (
	"errors"
	"fmt"
	"slices"
)

// ErrRefused is what every refusal is.
var ErrRefused = errors.New("hotpod: no self-upgrade here")

// endWithTheirChild are the inits for containers that end, and the container with them, when the
// process that they started does, whatever else still runs.
var endWithTheirChild = []string{"tini", "tini-static", "docker-init", "dumb-init", "catatonit"}

const instead = "start the service with hotpod run, which stays while the service is replaced"

// refusal says why a process must not end itself in favour of another; nil when it may. first is
// the name of process 1, "" when that is unknown.
func refusal(pid, parent int, first string, supervised bool) error {
	switch {
	case supervised:
		return fmt.Errorf("%w: the service runs under hotpod, which replaces it: "+
			"send SIGUSR2 to hotpod, or call hotpod ctl", ErrRefused)
	case pid == 1:
		return fmt.Errorf("%w: this is process 1, and the container ends when process 1 ends; %s "+
			"(an init such as tini in front does not help: it ends with the process it started)",
			ErrRefused, instead)
	case parent == 1 && slices.Contains(endWithTheirChild, first):
		return fmt.Errorf("%w: process 1 is %s, which ends, and the container with it, when the "+
			"process it started ends, and that is this one; %s", ErrRefused, first, instead)
	case parent == 0:
		return fmt.Errorf("%w: this process was started from outside its container, which may end "+
			"with it; %s", ErrRefused, instead)
	}
	return nil
}
