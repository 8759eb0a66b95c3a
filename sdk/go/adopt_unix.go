//go:build unix

package hotpod

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/hotpod/hotpod/sdk/go/internal/moves"
	"github.com/hotpod/hotpod/sdk/go/internal/sockets"
	"github.com/hotpod/hotpod/sdk/go/internal/succession"
)

// firstFD is where inherited sockets begin, as sd_listen_fds(3) has it.
const firstFD = 3

// adopt takes over the sockets this process was started with. The variables that announce them are
// unset and the descriptors marked close-on-exec, so that no program started from here takes them
// for its own.
func adopt() (*inheritance, error) {
	offered := &inheritance{}
	countText, pid := os.Getenv(sockets.EnvFDs), os.Getenv(sockets.EnvPID)
	names := strings.Split(os.Getenv(sockets.EnvFDNames), ":")
	ends, channel := os.Getenv(envMoves), os.Getenv(envChannel)
	if countText == "" {
		return offered, nil
	}
	upgrade := strings.Fields(os.Getenv(succession.EnvUpgrade))
	upgraded := len(upgrade) > 0 && upgrade[0] == strconv.Itoa(os.Getppid())
	if !upgraded && pid != strconv.Itoa(os.Getpid()) {
		offered.foreignPID = pid
		return offered, nil
	}
	for _, name := range []string{
		sockets.EnvFDs, sockets.EnvPID, sockets.EnvFDNames, succession.EnvUpgrade, envMoves, envChannel,
	} {
		os.Unsetenv(name)
	}
	count, err := strconv.Atoi(countText)
	if err != nil || count < 0 {
		return nil, fmt.Errorf("hotpod: %s=%q: want a number of descriptors", sockets.EnvFDs, countText)
	}
	for i := range count {
		syscall.CloseOnExec(firstFD + i)
	}
	offered.moves = moves.Adopt(ends, channel)
	if upgraded {
		sockets.Own.Lend()
		offered.from = succession.Meet(firstFD+count, offered.drop)
	}
	for i := range count {
		name := sockets.Unnamed
		if i < len(names) && names[i] != "" {
			name = names[i]
		}
		o, err := adoptFD(firstFD+i, name)
		if err != nil {
			return nil, err
		}
		o.unlinks = upgraded && slices.Contains(upgrade[1:], strconv.Itoa(i))
		offered.offers = append(offered.offers, o)
	}
	return offered, nil
}

// adoptFD turns one descriptor into an offer. Package net works on a duplicate; the original is
// closed.
func adoptFD(fd int, name string) (*offer, error) {
	kind, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_TYPE)
	if err != nil {
		return nil, fmt.Errorf("hotpod: inherited descriptor %d (%s) is no socket: %w", fd, name, err)
	}
	file := os.NewFile(uintptr(fd), name)
	defer file.Close()
	o := &offer{name: name}
	if kind == syscall.SOCK_DGRAM {
		o.packet, err = net.FilePacketConn(file)
	} else {
		o.listener, err = net.FileListener(file)
	}
	if err != nil {
		return nil, fmt.Errorf("hotpod: inherited descriptor %d (%s): %w", fd, name, err)
	}
	return o, nil
}
