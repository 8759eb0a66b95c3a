/**
 * A reload loop as people write them with inotifywait: it watches a folder for MOVED_TO and ATTRIB and starts a handler for each event (`event KIND`).
 * HANDLER=foreground waits for the handler's end before it takes the next event, HANDLER=background does not.
 *
 * The handler, a process of its own, reads the file CONFIG and writes its content to the file CACHE in two steps with WORK_MS between. With
 * LOCK=<file> it holds that lock meanwhile. It says `began FREE` or `began BLOCKED MS`, where somebody else had the lock for that long, and
 * `ended`; the same lines are added to the file LOG, in the order in which they happened, whichever loop started the handler.
 */
export const RELOAD_LOOP = `package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

func check(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func lock(path string) string {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	check(err)
	fd := int(file.Fd())
	if syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		return "FREE"
	}
	began := time.Now()
	for {
		err := syscall.Flock(fd, syscall.LOCK_EX)
		if err == syscall.EINTR {
			continue
		}
		check(err)
		return fmt.Sprintf("BLOCKED %.3f", float64(time.Since(began).Microseconds())/1000)
	}
}

func say(text string) {
	log, err := os.OpenFile(os.Getenv("LOG"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	check(err)
	_, err = log.WriteString(text + "\\n")
	check(err)
	log.Close()
	fmt.Println(text)
}

func handle() {
	found := "FREE"
	if path := os.Getenv("LOCK"); path != "" {
		found = lock(path)
	}
	say("began " + found)
	content, err := os.ReadFile(os.Getenv("CONFIG"))
	check(err)
	check(os.WriteFile(os.Getenv("CACHE"), content, 0o644))
	ms, _ := strconv.Atoi(os.Getenv("WORK_MS"))
	time.Sleep(time.Duration(ms) * time.Millisecond)
	cache, err := os.OpenFile(os.Getenv("CACHE"), os.O_APPEND|os.O_WRONLY, 0o644)
	check(err)
	_, err = cache.Write(content)
	check(err)
	say("ended")
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "handle" {
		handle()
		return
	}
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC)
	check(err)
	_, err = syscall.InotifyAddWatch(fd, os.Args[1], syscall.IN_MOVED_TO|syscall.IN_ATTRIB)
	check(err)
	fmt.Println("watching")
	var buffer [64 * 1024]byte
	for {
		n, err := syscall.Read(fd, buffer[:])
		if err == syscall.EINTR {
			continue
		}
		check(err)
		for at := 0; at < n; {
			raw := (*syscall.InotifyEvent)(unsafe.Pointer(&buffer[at]))
			at += syscall.SizeofInotifyEvent + int(raw.Len)
			kind := "ATTRIB"
			if raw.Mask&syscall.IN_MOVED_TO != 0 {
				kind = "MOVED_TO"
			}
			fmt.Println("event", kind)
			handler := exec.Command(os.Args[0], "handle")
			handler.Stdout = os.Stdout
			check(handler.Start())
			if os.Getenv("HANDLER") == "background" {
				go handler.Wait()
			} else {
				check(handler.Wait())
			}
		}
	}
}
`;
