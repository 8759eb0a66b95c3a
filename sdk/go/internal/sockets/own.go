// Package sockets knows what the process listens on, and how it leaves that.
package sockets

import (
	"net"
	"reflect"
	"strings"
	"sync"
	"syscall"
)

// What announces inherited sockets, as sd_listen_fds(3) has it.
const (
	EnvFDs     = "LISTEN_FDS"
	EnvPID     = "LISTEN_PID"
	EnvFDNames = "LISTEN_FDNAMES"
)

// Unnamed is systemd's name for a socket that has none.
const Unnamed = "unknown"

// Own is what this process listens on by the SDK: what an upgrade hands over.
var Own = &holdings{}

type holdings struct {
	mu   sync.Mutex
	list []holding
	// lent is true while the process before this one may still have to go on with the sockets.
	lent bool
}

type holding struct {
	name   string
	socket descriptor
	// unlinks says that a Unix socket's file ends with it.
	unlinks bool
}

// descriptor is a socket of package net, or what embeds one.
type descriptor = syscall.Conn

// Add notes a listener or packet connection. What has no descriptor cannot be handed over.
func (h *holdings) Add(name string, socket any, unlinks bool) {
	d, ok := socket.(descriptor)
	if !ok {
		return
	}
	if name == "" {
		name = Unnamed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	open := h.list[:0]
	for _, old := range h.list {
		if same(old.socket, d) {
			return
		}
		if isOpen(old.socket) {
			open = append(open, old)
		}
	}
	h.list = append(open, holding{name, d, unlinks})
	if unlinks && !h.lent {
		setUnlink(d, true)
	}
}

// SetUnlink has Unix sockets' files left alone or removed when the sockets are closed.
func (h *holdings) SetUnlink(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lent = false
	for _, one := range h.list {
		if one.unlinks || !on {
			setUnlink(one.socket, on)
		}
	}
}

// Lend is called before any socket is taken.
func (h *holdings) Lend() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lent = true
}

// close waits until it is settled whose a Unix socket's file is.
func (h *holdings) close(listener net.Listener) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return listener.Close()
}

func same(a, b descriptor) bool {
	return reflect.TypeOf(a).Kind() == reflect.Pointer && reflect.TypeOf(b).Kind() == reflect.Pointer && a == b
}

func isOpen(d descriptor) bool {
	raw, err := d.SyscallConn()
	return err == nil && raw.Control(func(uintptr) {}) == nil
}

func setUnlink(d descriptor, on bool) {
	if l, ok := d.(interface{ SetUnlinkOnClose(bool) }); ok {
		l.SetUnlinkOnClose(on)
	}
}

// UnlinksItself is package net's own default for a listener that it has made.
func UnlinksItself(listener net.Listener) bool {
	addr, ok := listener.Addr().(*net.UnixAddr)
	return ok && addr.Name != "" && !strings.HasPrefix(addr.Name, "@")
}
