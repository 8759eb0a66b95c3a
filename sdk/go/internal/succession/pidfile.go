package succession

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// pidFile is a file that will hold a process's number. It is written beside its place, so that
// putting it there is one step that does not fail for want of space or rights.
type pidFile struct {
	path, draft string
}

// draftPIDFile writes the file without putting it in place. Without a path it does nothing.
func draftPIDFile(path string, pid int) (*pidFile, error) {
	if path == "" {
		return &pidFile{}, nil
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, fmt.Errorf("writing the PID file: %w", err)
	}
	_, err = fmt.Fprintln(file, pid)
	// systemd and operators read it with other rights.
	if modeErr := file.Chmod(0o644); err == nil {
		err = modeErr
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	p := &pidFile{path, file.Name()}
	if err != nil {
		p.discard()
		return nil, fmt.Errorf("writing the PID file: %w", err)
	}
	return p, nil
}

func (p *pidFile) place() error {
	if p.path == "" {
		return nil
	}
	if err := os.Rename(p.draft, p.path); err != nil {
		return fmt.Errorf("writing the PID file: %w", err)
	}
	return nil
}

func (p *pidFile) discard() {
	if p.path != "" {
		_ = os.Remove(p.draft)
	}
}

func writePIDFile(path string, pid int) error {
	file, err := draftPIDFile(path, pid)
	if err != nil {
		return err
	}
	if err := file.place(); err != nil {
		file.discard()
		return err
	}
	return nil
}

// removePIDFile leaves a file that names another process.
func removePIDFile(path string, pid int) {
	text, err := os.ReadFile(path)
	if err == nil && strings.TrimSpace(string(text)) == strconv.Itoa(pid) {
		_ = os.Remove(path)
	}
}
