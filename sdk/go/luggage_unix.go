//go:build linux || darwin

package hotpod

import (
	"os"
	"syscall"
)

// luggage is what a new process is started with: descriptors, their names, and for which of them
// the Unix socket's file is the new process's to remove.
type luggage struct {
	files   []*os.File
	names   []string
	unlinks []int
}

// pack duplicates what is open.
func (h *holdings) pack() *luggage {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := &luggage{}
	for _, one := range h.list {
		file, err := duplicate(one.socket)
		if err != nil {
			continue
		}
		if one.unlinks {
			l.unlinks = append(l.unlinks, len(l.files))
		}
		l.files = append(l.files, file)
		l.names = append(l.names, one.name)
	}
	return l
}

func (l *luggage) close() {
	for _, file := range l.files {
		_ = file.Close()
	}
}

// duplicate does what the File method of package net's sockets does, but for one thing: passing on
// a file of theirs puts the socket, which is shared, into blocking mode, and this process would hang
// in its next Accept.
func duplicate(socket descriptor) (*os.File, error) {
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil, err
	}
	var copied int
	var failure error
	err = raw.Control(func(fd uintptr) {
		// Nobody may start a program before the copy is marked.
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		if copied, failure = syscall.Dup(int(fd)); failure == nil {
			syscall.CloseOnExec(copied)
		}
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	return os.NewFile(uintptr(copied), "socket"), nil
}
