// Package succession replaces a process by a new one of the same program.
package succession

import (
	"io"
	"os"
	"sync"

	"github.com/hotpod/hotpod/sdk/go/internal/sockets"
)

// EnvUpgrade is for a process started by SelfUpgrade, in place of LISTEN_PID, which nobody knows
// before the process runs: the number of the process that started it, and the places of the Unix
// sockets whose files pass into its care. Programs that know only LISTEN_PID take no socket.
const EnvUpgrade = "HOTPOD_UPGRADE"

// Predecessor is the process that started this one by SelfUpgrade.
type Predecessor struct {
	// tell takes one byte when this process is ready.
	tell io.WriteCloser
	// heard gives one byte when the other leaves the service to this process, and ends with it.
	heard io.ReadCloser
	// drop closes the sockets that nobody has taken.
	drop func()
	once sync.Once
}

// Replace reports readiness, once, and calls then when the other has left the service to this
// process. A predecessor that ended meanwhile has done so, too; one that does not want this process
// kills it.
func (p *Predecessor) Replace(then func()) {
	p.once.Do(func() { p.report(then) })
}

func (p *Predecessor) report(then func()) {
	_, _ = p.tell.Write([]byte{'r'})
	_ = p.tell.Close()
	go func() {
		defer p.heard.Close()
		answer := make([]byte, 1)
		_, _ = io.ReadFull(p.heard, answer)
		sockets.Own.SetUnlink(true)
		then()
		// A second server may take its socket a little later than the first; nobody does after this.
		_, _ = io.Copy(io.Discard, p.heard)
		p.drop()
	}()
}

// Meet takes the ends of the two pipes that lie behind the sockets, the first of which is fd.
func Meet(fd int, drop func()) *Predecessor {
	return &Predecessor{
		tell:  os.NewFile(uintptr(fd), "readiness"),
		heard: os.NewFile(uintptr(fd+1), "succession"),
		drop:  drop,
	}
}
