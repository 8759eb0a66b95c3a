//go:build linux || darwin

package hotpod

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
)

// upgrader answers SIGUSR2.
type upgrader struct {
	UpgradeOptions
	path, folder string
	arguments    []string
	busy         atomic.Bool
	// heir is the process that took over; nil before one did. Its pipe stays open until this process
	// ends, which tells it that.
	heir atomic.Pointer[successor]
}

// upgrading is true once SelfUpgrade has been called with success: there is one set of sockets.
var upgrading atomic.Bool

func selfUpgrade(options UpgradeOptions) error {
	if _, err := inherited(); err != nil {
		return err
	}
	u := &upgrader{UpgradeOptions: options, arguments: slices.Clone(os.Args)}
	err := refusal(os.Getpid(), os.Getppid(), firstProcess(), underHotpod())
	if err == nil {
		u.path, err = ownPath()
	}
	if err == nil {
		u.folder, err = os.Getwd()
	}
	if err == nil && !upgrading.CompareAndSwap(false, true) {
		return errors.New("hotpod: SelfUpgrade was called before")
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR2)
	if err != nil {
		go func() {
			for range asked {
				u.OnError(err)
			}
		}()
		return err
	}
	if u.PIDFile != "" {
		go u.keepPIDFile()
	}
	go func() {
		for range asked {
			u.answer()
		}
	}()
	return nil
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

func (u *upgrader) keepPIDFile() {
	<-process.established
	process.atEnd(func() { removePIDFile(u.PIDFile, os.Getpid()) })
	if err := writePIDFile(u.PIDFile, os.Getpid()); err != nil {
		u.OnError(fmt.Errorf("hotpod: %w", err))
	}
}

// answer begins an upgrade, or says why not.
func (u *upgrader) answer() {
	if why := u.hindrance(); why != "" {
		go u.OnError(fmt.Errorf("hotpod: upgrade refused: %s", why))
		return
	}
	go func() {
		if err := u.upgrade(); err != nil {
			u.busy.Store(false)
			u.OnError(failed(err))
		}
	}()
}

func failed(err error) error {
	if process.now() == draining {
		return fmt.Errorf("hotpod: upgrade failed: %w", err)
	}
	return fmt.Errorf("hotpod: upgrade failed: %w; this process goes on serving", err)
}

// hindrance takes the turn for one upgrade, or says why there is none.
func (u *upgrader) hindrance() string {
	if heir := u.heir.Load(); heir != nil {
		return fmt.Sprintf("process %d has taken over from this one", heir.pid())
	}
	switch {
	case process.now() == draining:
		return "this process is ending"
	case !process.isEstablished():
		return "this process is not yet ready itself"
	case !u.busy.CompareAndSwap(false, true):
		return "another upgrade is under way"
	}
	return ""
}

// upgrade starts the successor and leaves the service to it. Until the last step it can go back.
func (u *upgrader) upgrade() error {
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
	ownSockets.setUnlink(false)
	// This process is the one that systemd listens to. Others need not listen.
	_ = notify(fmt.Sprintf("MAINPID=%d\nREADY=1", next.pid()))
	process.handOver(next.gone)
	next.leave()
	// Exactly as when it is stopped: whatever else waits for the signal shall see it, too.
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		return err
	}
	<-next.gone
	u.OnError(fmt.Errorf("hotpod: process %d ended after it had taken over: %s", next.pid(), next.how()))
	return nil
}

func (u *upgrader) await(next *successor) error {
	name := fmt.Sprintf("process %d (%s)", next.pid(), u.path)
	timer := time.NewTimer(u.Timeout)
	defer timer.Stop()
	select {
	case <-next.ready:
	case <-next.gone:
	case <-timer.C:
		return fmt.Errorf("%s was not ready within %v and was killed", name, u.Timeout)
	case <-Draining():
		return fmt.Errorf("%s was killed because this one is to end", name)
	}
	select {
	case <-next.gone:
		return fmt.Errorf("%s ended before it was ready: %s", name, next.how())
	default:
		return nil
	}
}
