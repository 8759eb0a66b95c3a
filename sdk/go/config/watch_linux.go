package config

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

const (
	// wholeMask is what ends a change: the file's writer has closed it, or a rename has brought it, a
	// folder or a link into place.
	wholeMask = syscall.IN_CLOSE_WRITE | syscall.IN_MOVED_TO
	watchMask = wholeMask | syscall.IN_CREATE | syscall.IN_DELETE | syscall.IN_MOVED_FROM |
		syscall.IN_ATTRIB | syscall.IN_DELETE_SELF | syscall.IN_MOVE_SELF | syscall.IN_ONLYDIR
	// linksMax is the kernel's own limit of links in one path.
	linksMax = 40
)

// notifier is a watcher by inotify. It watches folders, not files: a file that is replaced takes its
// watch with it.
type notifier struct {
	path string
	file *os.File
	fd   int
	news *news

	mu sync.Mutex
	// names has, for each watched folder, the entries that lead to the file.
	names map[int32]map[string]bool
	ended bool
}

// newWatcher gives none where the kernel has no instance left.
func newWatcher(path string, news *news) watcher {
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err != nil {
		return nil
	}
	// Not blocking, so the file waits without a thread, and its Close ends a Read.
	n := &notifier{path: path, file: os.NewFile(uintptr(fd), "inotify"), fd: fd, news: news}
	go n.read()
	return n
}

// watch watches every folder on the way to the file that has a link in it, and the file's own. A
// folder that cannot be watched is left to the look that comes once a second.
func (n *notifier) watch() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ended {
		return
	}
	names := map[int32]map[string]bool{}
	for _, entry := range trail(n.path) {
		folder, name := filepath.Split(entry)
		wd, err := syscall.InotifyAddWatch(n.fd, folder, watchMask)
		if err != nil {
			continue
		}
		if names[int32(wd)] == nil {
			names[int32(wd)] = map[string]bool{}
		}
		names[int32(wd)][name] = true
	}
	for wd := range n.names {
		if names[wd] == nil {
			// It fails if the folder is gone, and its watch with it.
			_, _ = syscall.InotifyRmWatch(n.fd, uint32(wd))
		}
	}
	n.names = names
}

func (n *notifier) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ended = true
	_ = n.file.Close()
}

func (n *notifier) read() {
	buffer := make([]byte, 64<<10)
	for {
		size, err := n.file.Read(buffer)
		if err != nil {
			return
		}
		for events := buffer[:size]; len(events) >= syscall.SizeofInotifyEvent; {
			wd := int32(binary.NativeEndian.Uint32(events))
			mask := binary.NativeEndian.Uint32(events[4:])
			end := syscall.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(events[12:]))
			name := strings.TrimRight(string(events[syscall.SizeofInotifyEvent:end]), "\x00")
			events = events[end:]
			if n.concerns(wd, mask, name) {
				n.news.tell(mask&wholeMask != 0)
			}
		}
	}
}

func (n *notifier) concerns(wd int32, mask uint32, name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if mask&syscall.IN_Q_OVERFLOW != 0 {
		return true
	}
	names, ok := n.names[wd]
	// Without a name it is about the folder itself.
	return ok && (name == "" || names[name])
}

// trail lists the entries whose change can lead the path to another file: each link on the way, and
// the file. Of a way that ends early it is what there is.
func trail(path string) []string {
	var entries []string
	rest, at := strings.Split(path, "/"), "/"
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			at = filepath.Dir(at)
			continue
		}
		entry := filepath.Join(at, name)
		target, err := os.Readlink(entry)
		if err != nil {
			if len(rest) == 0 {
				return append(entries, entry)
			}
			at = entry
			continue
		}
		entries = append(entries, entry)
		if links++; links > linksMax {
			return entries
		}
		if filepath.IsAbs(target) {
			at = "/"
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return entries
}
