//go:build linux || darwin

package succession

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hotpod/hotpod/sdk/go/internal/sockets"
)

// started is true once an upgrader is at work: there is one set of sockets.
var started atomic.Bool

// Start answers SIGUSR2 from now on, also where it refuses to work. supervised: hotpod runs this process.
func (u *Upgrader) Start(supervised bool) error {
	u.arguments = slices.Clone(os.Args)
	err := refusal(os.Getpid(), os.Getppid(), firstProcess(), supervised)
	if err == nil {
		u.path, err = ownPath()
	}
	if err == nil {
		u.folder, err = os.Getwd()
	}
	if err == nil && !started.CompareAndSwap(false, true) {
		return errors.New("hotpod: SelfUpgrade was called before")
	}
	answer := u.answer
	if err != nil {
		answer = func() { u.OnError(err) }
	} else if u.PIDFile != "" {
		go u.keepPIDFile()
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR2)
	go func() {
		for range asked {
			answer()
		}
	}()
	return err
}

// ownPath is the file that this program was started from, by the name it was called by: a link that
// is set to another release shall be followed. Where that name leads elsewhere, it is the kernel's.
func ownPath() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	called, err := exec.LookPath(os.Args[0])
	if err != nil {
		return path, nil
	}
	if called, err = filepath.Abs(called); err != nil {
		return path, nil
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path, nil
	}
	if same, err := filepath.EvalSymlinks(called); err != nil || same != real {
		return path, nil
	}
	return called, nil
}

// firstProcess is the name of process 1, where the system tells it.
func firstProcess() string {
	name, err := os.ReadFile("/proc/1/comm")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(name))
}

func (u *Upgrader) keepPIDFile() {
	<-u.Life.Established()
	u.Life.AtEnd(func() { removePIDFile(u.PIDFile, os.Getpid()) })
	if err := writePIDFile(u.PIDFile, os.Getpid()); err != nil {
		u.OnError(fmt.Errorf("hotpod: %w", err))
	}
}

// answer begins an upgrade, or says why not.
func (u *Upgrader) answer() {
	if why := u.hindrance(); why != "" {
		go u.OnError(fmt.Errorf("hotpod: upgrade refused: %s", why))
		return
	}
	go func() {
		if err := u.upgrade(); err != nil {
			u.busy.Store(false)
			u.OnError(u.failed(err))
		}
	}()
}

func (u *Upgrader) failed(err error) error {
	if closed(u.Life.Draining()) {
		return fmt.Errorf("hotpod: upgrade failed: %w", err)
	}
	return fmt.Errorf("hotpod: upgrade failed: %w; this process goes on serving", err)
}

// hindrance takes the turn for one upgrade, or says why there is none.
func (u *Upgrader) hindrance() string {
	if heir := u.heir.Load(); heir != nil {
		return fmt.Sprintf("process %d has taken over from this one", heir.pid())
	}
	switch {
	case closed(u.Life.Draining()):
		return "this process is ending"
	case !closed(u.Life.Established()):
		return "this process is not yet ready itself"
	case !u.busy.CompareAndSwap(false, true):
		return "another upgrade is under way"
	}
	return ""
}

// upgrade starts the successor and leaves the service to it. Until the last step it can go back.
func (u *Upgrader) upgrade() error {
	next, err := u.start()
	if err != nil {
		return err
	}
	file, err := draftPIDFile(u.PIDFile, next.pid())
	if err == nil {
		if err = u.await(next); err == nil {
			err = file.place()
		}
		if err != nil {
			file.discard()
		}
	}
	if err != nil {
		next.kill()
		return err
	}
	u.heir.Store(next)
	sockets.Own.SetUnlink(false)
	// This process is the one that systemd listens to. Others need not listen.
	u.Life.Notify(fmt.Sprintf("MAINPID=%d\nREADY=1", next.pid()))
	u.Life.HandOver(next.gone)
	next.leave()
	// Exactly as when it is stopped: whatever else waits for the signal shall see it, too.
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		return err
	}
	<-next.gone
	u.OnError(fmt.Errorf("hotpod: process %d ended after it had taken over: %s", next.pid(), next.how()))
	return nil
}

func (u *Upgrader) await(next *successor) error {
	name := fmt.Sprintf("process %d (%s)", next.pid(), u.path)
	timer := time.NewTimer(u.Timeout)
	defer timer.Stop()
	select {
	case <-next.ready:
	case <-next.gone:
	case <-timer.C:
		return fmt.Errorf("%s was not ready within %v and was killed", name, u.Timeout)
	case <-u.Life.Draining():
		return fmt.Errorf("%s was killed because this one is to end", name)
	}
	select {
	case <-next.gone:
		return fmt.Errorf("%s ended before it was ready: %s", name, next.how())
	default:
		return nil
	}
}
