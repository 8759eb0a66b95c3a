/**
 * A program that tells what the kernel tells (inotify), unfiltered: of a folder (`folder MOVED_TO name`) and, by a watch of its own, of one
 * file (`file MODIFY`), as two tools would hear it. It says `watching` first. At the creation of a file `mark-N` in the folder it says
 * `mark N`, after everything that either watch had to tell until then.
 *
 * OPEN is told so that the kernel does not merge two MODIFY that an open lies between.
 */
export const INOTIFY_READER = `package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
	"unsafe"
)

var names = []struct {
	bit  uint32
	name string
}{
	{syscall.IN_MODIFY, "MODIFY"}, {syscall.IN_ATTRIB, "ATTRIB"}, {syscall.IN_CLOSE_WRITE, "CLOSE_WRITE"},
	{syscall.IN_OPEN, "OPEN"}, {syscall.IN_MOVED_FROM, "MOVED_FROM"}, {syscall.IN_MOVED_TO, "MOVED_TO"},
	{syscall.IN_CREATE, "CREATE"}, {syscall.IN_DELETE, "DELETE"}, {syscall.IN_DELETE_SELF, "DELETE_SELF"},
	{syscall.IN_MOVE_SELF, "MOVE_SELF"}, {syscall.IN_IGNORED, "IGNORED"}, {syscall.IN_Q_OVERFLOW, "OVERFLOW"},
}

type event struct{ kind, name string }

func fail(what string, err error) {
	fmt.Println(what+":", err)
	os.Exit(1)
}

func watch(path string, flags int) int {
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | flags)
	if err != nil {
		fail("inotify_init1", err)
	}
	var mask uint32
	for _, one := range names[:10] {
		mask |= one.bit
	}
	if _, err := syscall.InotifyAddWatch(fd, path, mask); err != nil {
		fail("inotify_add_watch "+path, err)
	}
	return fd
}

// Nothing: there is nothing more to read from a descriptor that does not wait.
func read(fd int) []event {
	var buffer [64 * 1024]byte
	n, err := syscall.Read(fd, buffer[:])
	if err == syscall.EINTR {
		return read(fd)
	}
	if err == syscall.EAGAIN {
		return nil
	}
	if err != nil {
		fail("read", err)
	}
	var events []event
	for at := 0; at < n; {
		raw := (*syscall.InotifyEvent)(unsafe.Pointer(&buffer[at]))
		at += syscall.SizeofInotifyEvent
		name := string(bytes.TrimRight(buffer[at:at+int(raw.Len)], "\\x00"))
		at += int(raw.Len)
		for _, one := range names {
			if raw.Mask&one.bit != 0 {
				events = append(events, event{one.name, name})
			}
		}
	}
	return events
}

func main() {
	folder := watch(os.Args[1], 0)
	file := watch(os.Args[2], syscall.IN_NONBLOCK)
	fmt.Println("watching")
	for {
		for _, one := range read(folder) {
			mark, isMark := strings.CutPrefix(one.name, "mark-")
			if !isMark {
				fmt.Println("folder", one.kind, one.name)
				continue
			}
			if one.kind != "CREATE" {
				continue
			}
			for events := read(file); len(events) > 0; events = read(file) {
				for _, own := range events {
					fmt.Println("file", own.kind)
				}
			}
			fmt.Println("mark", mark)
		}
	}
}
`;
