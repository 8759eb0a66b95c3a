package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience bounds every wait for something that must happen. It synchronises nothing.
const patience = 20 * time.Second

// settings is a configuration whose parts belong together: a torn one shows.
type settings struct {
	Round int    `json:"round"`
	Text  string `json:"text"`
}

// textOf is the text that belongs to a round: long enough that a write can be cut.
func textOf(round int) string { return strings.Repeat(fmt.Sprintf("%d;", round), 40) }

func contentOf(round int) string {
	return fmt.Sprintf(`{"round": %d, "text": %q}`, round, textOf(round))
}

func (s *settings) check() error {
	if s.Text != textOf(s.Round) {
		return fmt.Errorf("text %q does not belong to round %d", s.Text, s.Round)
	}
	return nil
}

// parts are whole when each is the round: quick to see for readers that look all the time.
type parts struct {
	Round int
	Parts [16]int
}

func partsOf(round int) string {
	content, _ := json.Marshal(parts{round, [16]int(slices.Repeat([]int{round}, 16))})
	return string(content)
}

func (p *parts) whole() bool {
	for _, part := range p.Parts {
		if part != p.Round {
			return false
		}
	}
	return true
}

// way is a way of learning of a change.
type way struct {
	poll time.Duration
	watching
}

// The two ways, each alone.
var (
	told   = way{time.Hour, watching{settle: time.Millisecond, notify: true}}
	polled = way{time.Millisecond, watching{settle: time.Millisecond, notify: false}}
)

// eachWay runs a test by notifications alone, where there are any, and by polling alone.
func eachWay(t *testing.T, test func(t *testing.T, how way)) {
	for name, how := range map[string]way{"told": told, "polled": polled} {
		t.Run(name, func(t *testing.T) {
			if how.notify && !notified(t) {
				t.Skip("no notifications here")
			}
			test(t, how)
		})
	}
}

// notified says whether the kernel tells of changes here.
func notified(t *testing.T) bool {
	t.Helper()
	w := newWatcher(t.TempDir(), &news{told: make(chan struct{}, 1)})
	if w == nil {
		return false
	}
	w.close()
	return true
}

// followed is a configuration under test, and what it has said.
type followed struct {
	*Value[settings]
	t       *testing.T
	changes chan [2]*settings
	errors  chan error
}

func newFollowed(t *testing.T, path string, how way) *followed {
	t.Helper()
	f := &followed{t: t, changes: make(chan [2]*settings, 16), errors: make(chan error, 16)}
	loaded, err := load(path, Options[settings]{
		Validate: (*settings).check,
		OnChange: func(before, now *settings) { f.changes <- [2]*settings{before, now} },
		OnError:  func(err error) { f.errors <- err },
		Poll:     how.poll,
	}, how.watching)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(loaded.Close)
	f.Value = loaded
	return f
}

func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(patience):
		t.Fatalf("waited %v for %s", patience, what)
		panic("unreachable")
	}
}

// wantChange waits for the next change, which must be the one between these rounds.
func (f *followed) wantChange(before, after int) {
	f.t.Helper()
	change := receive(f.t, fmt.Sprintf("round %d", after), f.changes)
	if change[0].Round != before || change[1].Round != after {
		f.t.Fatalf("changed from %d to %d, want %d to %d",
			change[0].Round, change[1].Round, before, after)
	}
	if got := f.Get(); got != change[1] {
		f.t.Fatalf("round %d is in place, want %d", got.Round, after)
	}
}

// wantRefusal waits for the next refusal, which must leave this round in place.
func (f *followed) wantRefusal(round int, parts ...string) {
	f.t.Helper()
	err := receive(f.t, "a refusal", f.errors)
	wantError(f.t, err, parts...)
	if !errors.Is(f.Err(), err) {
		f.t.Errorf("Err is %v, want %v", f.Err(), err)
	}
	if f.Get().Round != round || f.Version().Number != round {
		f.t.Errorf("round %d, version %+v in place, want %d", f.Get().Round, f.Version(), round)
	}
}

// forgiveHalves forgets refusals of a file that was empty between its opening and its writing: the
// tests' settling time is shorter than that can be on a busy machine.
func (f *followed) forgiveHalves() {
	for len(f.errors) > 0 {
		<-f.errors
	}
}

// wantQuiet checks that nothing was said beyond what the test has received.
func (f *followed) wantQuiet() {
	f.t.Helper()
	if len(f.changes) > 0 || len(f.errors) > 0 {
		f.t.Errorf("%d changes and %d errors too many", len(f.changes), len(f.errors))
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newFile is a file of round 1.
func newFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.json")
	must(t, os.WriteFile(path, []byte(contentOf(1)), 0o600))
	return path
}

// rename replaces the file as an editor or a deployment tool does.
func rename(t *testing.T, path, content string) {
	t.Helper()
	must(t, os.WriteFile(path+".new", []byte(content), 0o600))
	must(t, os.Rename(path+".new", path))
}

// volume writes a folder as the kubelet's atomic writer does (pkg/volume/util/atomic_writer.go).
type volume struct {
	t      *testing.T
	folder string
}

// path is what a container is told: a link that leads through ..data.
func (v *volume) path() string { return filepath.Join(v.folder, "config.json") }

func (v *volume) publish(content string) {
	v.t.Helper()
	v.publishFiles(map[string]string{"config.json": content})
}

// publishFiles replaces all keys by these.
func (v *volume) publishFiles(files map[string]string) {
	v.t.Helper()
	old := v.swap(files)
	links, err := filepath.Glob(filepath.Join(v.folder, "[^.]*"))
	must(v.t, err)
	for _, link := range links {
		if _, stays := files[filepath.Base(link)]; !stays {
			must(v.t, os.Remove(link))
		}
	}
	if old != "" {
		must(v.t, os.RemoveAll(filepath.Join(v.folder, old)))
	}
}

// swap leaves out the last steps: what is no longer needed stays. It says which folder that is.
func (v *volume) swap(files map[string]string) (old string) {
	v.t.Helper()
	data := filepath.Join(v.folder, "..data")
	old, _ = os.Readlink(data)
	stamped, err := os.MkdirTemp(v.folder, time.Now().UTC().Format("..2006_01_02_15_04_05."))
	must(v.t, err)
	for name, content := range files {
		must(v.t, os.WriteFile(filepath.Join(stamped, name), []byte(content), 0o600))
	}
	must(v.t, os.Symlink(filepath.Base(stamped), data+"_tmp"))
	must(v.t, os.Rename(data+"_tmp", data))
	for name := range files {
		if err := os.Symlink("..data/"+name, filepath.Join(v.folder, name)); !errors.Is(err, os.ErrExist) {
			must(v.t, err)
		}
	}
	return old
}
