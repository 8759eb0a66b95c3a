package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// limits are whole when Sum is what the parts make.
type limits struct {
	Parts [8]int
	Sum   int
	Name  string
}

func (l *limits) whole() bool {
	sum := 0
	for _, part := range l.Parts {
		sum += part
	}
	return sum == l.Sum
}

func limitsOf(n int) string {
	return fmt.Sprintf(`{"Parts":[%d,%d,%d,%d,%d,%d,%d,%d],"Sum":%d,"Name":"v%d"}`,
		n, n+1, n+2, n+3, n+4, n+5, n+6, n+7, 8*n+28, n)
}

// volume is a folder that changes as the kubelet changes it: a new folder, a link renamed over ..data, the old folder removed.
type volume struct {
	t      *testing.T
	folder string
	count  int
}

func (v *volume) write(name, content string) {
	v.t.Helper()
	v.count++
	version := fmt.Sprintf("..2026_11_27_10_00_00.%d", v.count)
	must := func(err error) {
		v.t.Helper()
		if err != nil {
			v.t.Fatal(err)
		}
	}
	must(os.Mkdir(filepath.Join(v.folder, version), 0o755))
	must(os.WriteFile(filepath.Join(v.folder, version, name), []byte(content), 0o644))
	before, _ := os.Readlink(filepath.Join(v.folder, "..data"))
	must(os.Symlink(version, filepath.Join(v.folder, "..data_tmp")))
	must(os.Rename(filepath.Join(v.folder, "..data_tmp"), filepath.Join(v.folder, "..data")))
	if _, err := os.Readlink(filepath.Join(v.folder, name)); err != nil {
		must(os.Symlink(filepath.Join("..data", name), filepath.Join(v.folder, name)))
	}
	if before != "" {
		must(os.RemoveAll(filepath.Join(v.folder, before)))
	}
}

func openLimits(t *testing.T, path string, options Options[limits]) *Value[limits] {
	t.Helper()
	config, err := Load(path, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(config.Close)
	return config
}

func TestTenThousandReadersSeeOnlyWholeValuesDuringAThousandSwaps(t *testing.T) {
	const readers, swaps = 10_000, 1_000
	mounted := &volume{t: t, folder: t.TempDir()}
	mounted.write("limits.json", limitsOf(0))
	changed := make(chan string, 1)
	config := openLimits(t, filepath.Join(mounted.folder, "limits.json"), Options[limits]{
		OnChange: func(_, now *limits) { changed <- now.Name },
	})
	var stop atomic.Bool
	var torn atomic.Int64
	var done sync.WaitGroup
	for range readers {
		done.Add(1)
		go func() {
			defer done.Done()
			for !stop.Load() {
				if !config.Get().whole() {
					torn.Add(1)
				}
				runtime.Gosched()
			}
		}()
	}
	for n := 1; n <= swaps; n++ {
		mounted.write("limits.json", limitsOf(n))
		want := fmt.Sprintf("v%d", n)
		if got := receive(t, "the change", changed); got != want {
			t.Fatalf("%s counts, want %s", got, want)
		}
	}
	stop.Store(true)
	done.Wait()
	if torn.Load() != 0 {
		t.Errorf("%d readings saw a torn value", torn.Load())
	}
	if number := config.Version().Number; number != swaps+1 {
		t.Errorf("version %d, want %d", number, swaps+1)
	}
}

func TestRefusedContentKeepsTheLastGoodValue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limits.json")
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(limitsOf(1))
	refused := make(chan error, 10)
	changed := make(chan string, 10)
	config := openLimits(t, path, Options[limits]{
		Validate: func(l *limits) error {
			if !l.whole() {
				return errors.New("the sum is wrong")
			}
			return nil
		},
		OnChange: func(_, now *limits) { changed <- now.Name },
		OnError:  func(err error) { refused <- err },
	})
	for content, part := range map[string]string{
		`{"Parts":[1`:                   "unexpected EOF",
		`{"Sum":3}`:                     "the sum is wrong",
		`{"Som":3}`:                     "unknown field",
		limitsOf(1) + limitsOf(1):       "something follows",
		strings.Repeat("x", 1<<16) + "": "invalid character",
	} {
		write(content)
		wantError(t, receiveContaining(t, refused, part), part, path)
		if config.Get().Name != "v1" || config.Version().Number != 1 {
			t.Fatalf("%s counts", config.Get().Name)
		}
		wantError(t, config.Err(), part)
	}
	write(limitsOf(2))
	if got := receive(t, "the change", changed); got != "v2" {
		t.Fatalf("%s counts", got)
	}
	await(t, "no error", func() bool { return config.Err() == nil })
}

// An overwritten file is empty for a moment, and that may be seen too: the errors before the one that is meant are let pass.
func receiveContaining(t *testing.T, from <-chan error, part string) error {
	t.Helper()
	for {
		if err := receive(t, "a refusal with "+part, from); strings.Contains(err.Error(), part) {
			return err
		}
	}
}

func TestConfigIsFoundByLookingToo(t *testing.T) {
	folder, elsewhere := t.TempDir(), t.TempDir()
	target := filepath.Join(elsewhere, "real.json")
	path := filepath.Join(folder, "limits.json")
	if err := os.WriteFile(target, []byte(limitsOf(1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	config := openLimits(t, path, Options[limits]{Poll: time.Millisecond})
	// Nothing changes in the watched folder.
	if err := os.WriteFile(target, []byte(limitsOf(2)), 0o644); err != nil {
		t.Fatal(err)
	}
	await(t, "the second content", func() bool { return config.Get().Name == "v2" })
	if err := os.Remove(target); err != nil {
		t.Fatal(err)
	}
	await(t, "the loss to be told", func() bool { return errors.Is(config.Err(), os.ErrNotExist) })
	if config.Get().Name != "v2" {
		t.Errorf("%s counts", config.Get().Name)
	}
}

func TestSameContentIsNoChange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limits.json")
	for range 2 {
		if err := os.WriteFile(path, []byte(limitsOf(1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	config := openLimits(t, path, Options[limits]{
		OnChange: func(_, _ *limits) { t.Error("told of a change") },
	})
	before := config.Version()
	if err := os.WriteFile(path+".new", []byte(limitsOf(1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	if err := config.read(true); err != nil {
		t.Fatal(err)
	}
	if config.Version() != before {
		t.Errorf("version %+v, want %+v", config.Version(), before)
	}
}

func TestTheFirstContentMustBeGood(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limits.json")
	_, err := Load(path, Options[limits]{})
	wantError(t, err, path, "no such file")
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Load(path, Options[limits]{})
	wantError(t, err, path, "unexpected EOF")
}

const patience = 30 * time.Second

func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		t.Fatalf("no %s within %v", what, patience)
		panic("not reached")
	}
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("no %s within %v", what, patience)
		}
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Fatalf("%v does not say %q", err, part)
		}
	}
}
