//go:build linux || darwin

package sockets

import (
	"os"
	"syscall"
)

// Luggage is what a new process is started with: descriptors, their names, and for which of them
// the Unix socket's file is the new process's to remove.
type Luggage struct {
	Files   []*os.File
	Names   []string
	Unlinks []int
}

// Pack duplicates what is open.
func (h *holdings) Pack() *Luggage {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := &Luggage{}
	for _, one := range h.list {
		file, err := duplicate(one.socket)
		if err != nil {
			continue
		}
		if one.unlinks {
			l.Unlinks = append(l.Unlinks, len(l.Files))
		}
		l.Files = append(l.Files, file)
		l.Names = append(l.Names, one.name)
	}
	return l
}

// Close closes the duplicates.
func (l *Luggage) Close() {
	for _, file := range l.Files {
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
