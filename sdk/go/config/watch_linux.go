package config

import (
	"os"
	"syscall"
)

// watchFolder tells of changes of the folder's entries by inotify, several at once as one. Where that cannot be had the channel
// is never served.
func watchFolder(folder string) (changes <-chan struct{}, stop func()) {
	const entries = syscall.IN_CREATE | syscall.IN_CLOSE_WRITE | syscall.IN_MOVED_TO |
		syscall.IN_MOVED_FROM | syscall.IN_DELETE
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err != nil {
		return nil, func() {}
	}
	if _, err := syscall.InotifyAddWatch(fd, folder, entries); err != nil {
		_ = syscall.Close(fd)
		return nil, func() {}
	}
	events := os.NewFile(uintptr(fd), "inotify")
	told := make(chan struct{}, 1)
	go func() {
		defer close(told)
		buffer := make([]byte, 16*1024)
		for {
			if _, err := events.Read(buffer); err != nil {
				return
			}
			select {
			case told <- struct{}{}:
			default:
			}
		}
	}()
	return told, func() { _ = events.Close() }
}
