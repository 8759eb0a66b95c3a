package hotpod

import (
	"io"
	"os"
	"sync"
)

// predecessor is the process that started this one by SelfUpgrade.
type predecessor struct {
	// tell takes one byte when this process is ready.
	tell io.WriteCloser
	// heard gives one byte when the other leaves the service to this process, and ends with it.
	heard   io.ReadCloser
	sockets *inheritance
	once    sync.Once
}

// before is the process that started this one by SelfUpgrade, or nil.
func before() *predecessor {
	sockets, err := inherited()
	if err != nil {
		return nil
	}
	return sockets.from
}

// replace reports readiness, once, and calls then when the other has left the service to this
// process. A predecessor that ended meanwhile has done so, too; one that does not want this process
// kills it.
func (p *predecessor) replace(then func()) {
	p.once.Do(func() { p.report(then) })
}

func (p *predecessor) report(then func()) {
	_, _ = p.tell.Write([]byte{'r'})
	_ = p.tell.Close()
	go func() {
		defer p.heard.Close()
		answer := make([]byte, 1)
		_, _ = io.ReadFull(p.heard, answer)
		ownSockets.setUnlink(true)
		then()
		// A second server may take its socket a little later than the first; nobody does after this.
		_, _ = io.Copy(io.Discard, p.heard)
		p.sockets.drop()
	}()
}

// meet takes the ends of the two pipes that lie behind the sockets.
func meet(fd int, sockets *inheritance) *predecessor {
	return &predecessor{
		tell:    os.NewFile(uintptr(fd), "readiness"),
		heard:   os.NewFile(uintptr(fd+1), "succession"),
		sockets: sockets,
	}
}
