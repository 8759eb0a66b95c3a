package config

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestLoadRefuses(t *testing.T) {
	folder := t.TempDir()
	for content, want := range map[string]string{
		"":                                "the file is empty",
		"{":                               "unexpected EOF",
		`{"round": 1, "colour": "red"}`:   `unknown field "colour"`,
		contentOf(1) + contentOf(1):       "something follows",
		`{"round": 1, "text": "another"}`: "does not belong to round 1",
	} {
		path := filepath.Join(folder, "config.json")
		must(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := Load(path, Options[settings]{Validate: (*settings).check})
		wantError(t, err, "hotpod: configuration "+path, want)
	}
	_, err := Load(filepath.Join(folder, "none"), Options[settings]{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
	_, err = Load(folder, Options[settings]{})
	wantError(t, err, "it is no regular file")
}

func TestVersionTellsValuesApart(t *testing.T) {
	path := newFile(t)
	f := newFollowed(t, path, polled)
	first := f.Version()
	if first.Number != 1 || first.Hash != fmt.Sprintf("%x", sha256.Sum256([]byte(contentOf(1))))[:12] ||
		first.At.IsZero() {
		t.Errorf("the first version is %+v", first)
	}
	rename(t, path, contentOf(2))
	f.wantChange(1, 2)
	second := f.Version()
	if second.Number != 2 || second.Hash == first.Hash || second.At.Before(first.At) {
		t.Errorf("the second version is %+v, after %+v", second, first)
	}
}

func TestFollowsEveryWayOfWriting(t *testing.T) {
	eachWay(t, func(t *testing.T, how way) {
		path := newFile(t)
		f := newFollowed(t, path, how)
		rename(t, path, contentOf(2))
		f.wantChange(1, 2)
		must(t, os.WriteFile(path, []byte(contentOf(3)), 0o600))
		f.wantChange(2, 3)
		f.forgiveHalves()
		must(t, os.Remove(path))
		f.wantRefusal(3, "no such file")
		must(t, os.WriteFile(path, []byte(contentOf(4)), 0o600))
		f.wantChange(3, 4)
		f.forgiveHalves()
		if f.Err() != nil {
			t.Errorf("Err is still %v", f.Err())
		}
		// A link is another file when it leads elsewhere.
		elsewhere := filepath.Join(t.TempDir(), "other.json")
		must(t, os.WriteFile(elsewhere, []byte(contentOf(5)), 0o600))
		must(t, os.Symlink(elsewhere, path+".link"))
		must(t, os.Rename(path+".link", path))
		f.wantChange(4, 5)
		rename(t, elsewhere, contentOf(6))
		f.wantChange(5, 6)
		f.wantQuiet()
	})
}

func TestFollowsAMountedVolume(t *testing.T) {
	eachWay(t, func(t *testing.T, how way) {
		v := &volume{t, t.TempDir()}
		v.publish(contentOf(1))
		// The service may name the file by a link of its own.
		link := filepath.Join(t.TempDir(), "config.json")
		must(t, os.Symlink(v.path(), link))
		direct, linked := newFollowed(t, v.path(), how), newFollowed(t, link, how)
		for round := 2; round < 10; round++ {
			v.publish(contentOf(round))
			direct.wantChange(round-1, round)
			linked.wantChange(round-1, round)
		}
		v.publish(`{"round": 10`)
		direct.wantRefusal(9, "unexpected EOF")
		linked.wantRefusal(9, "unexpected EOF")
		// Back to what is in place: nothing to take, and nothing wrong any more.
		v.publish(contentOf(9))
		v.publish(contentOf(10))
		direct.wantChange(9, 10)
		linked.wantChange(9, 10)
		// The swap alone is enough: nothing needs the end of the old folder.
		v.swap(map[string]string{"config.json": contentOf(11)})
		direct.wantChange(10, 11)
		linked.wantChange(10, 11)
		direct.wantQuiet()
		linked.wantQuiet()
	})
}

func TestAKeyMayLeaveAVolumeAndComeBack(t *testing.T) {
	eachWay(t, func(t *testing.T, how way) {
		v := &volume{t, t.TempDir()}
		v.publish(contentOf(1))
		f := newFollowed(t, v.path(), how)
		v.publishFiles(map[string]string{"other.json": "{}"})
		f.wantRefusal(1, "no such file")
		v.publishFiles(map[string]string{"other.json": "{}", "config.json": contentOf(2)})
		f.wantChange(1, 2)
		if f.Err() != nil {
			t.Errorf("Err is still %v", f.Err())
		}
		// A neighbour that changes, comes or goes is no news.
		v.publishFiles(map[string]string{"third.json": "{}", "config.json": contentOf(2)})
		v.publish(contentOf(3))
		f.wantChange(2, 3)
		f.wantQuiet()
	})
}

func TestRefusedContentKeepsTheLastGoodValue(t *testing.T) {
	eachWay(t, func(t *testing.T, how way) {
		path := newFile(t)
		f := newFollowed(t, path, how)
		rename(t, path, `{"round": 2, "text": "another"}`)
		f.wantRefusal(1, "hotpod: configuration "+path, "does not belong")
		// Said once, however often it is looked at.
		must(t, os.Chtimes(path, time.Now(), time.Now()))
		rename(t, path, `{"colour": "red"}`)
		f.wantRefusal(1, "unknown field")
		rename(t, path, contentOf(2))
		f.wantChange(1, 2)
		if f.Err() != nil {
			t.Errorf("Err is still %v", f.Err())
		}
		f.wantQuiet()
	})
}

func TestReturningToTheValueInPlaceEndsTheRefusal(t *testing.T) {
	eachWay(t, func(t *testing.T, how way) {
		path := newFile(t)
		f := newFollowed(t, path, how)
		rename(t, path, "{")
		f.wantRefusal(1, "unexpected EOF")
		rename(t, path, contentOf(1))
		await(t, "the end of the refusal", func() bool { return f.Err() == nil })
		if f.Version().Number != 1 {
			t.Errorf("version %+v", f.Version())
		}
		f.wantQuiet()
	})
}

func TestPanicsRefuse(t *testing.T) {
	path := newFile(t)
	refusals := make(chan error, 1)
	v, err := load(path, Options[string]{
		Decode: func(content []byte, into *string) error {
			if string(content) == "bad" {
				panic("out of range")
			}
			*into = string(content)
			return nil
		},
		OnError: func(err error) { refusals <- err },
		Poll:    polled.poll,
	}, polled.watching)
	must(t, err)
	defer v.Close()
	rename(t, path, "bad")
	wantError(t, receive(t, "a refusal", refusals), "panic: out of range")
	if got := *v.Get(); got != contentOf(1) {
		t.Errorf("%q is in place", got)
	}
}

func TestNothingHappensAfterClose(t *testing.T) {
	path := newFile(t)
	f := newFollowed(t, path, polled)
	f.Close()
	f.Close()
	other := newFollowed(t, path, polled)
	rename(t, path, contentOf(2))
	other.wantChange(1, 2)
	rename(t, path, "{")
	other.wantRefusal(2, "unexpected EOF")
	if f.Get().Round != 1 || f.Err() != nil {
		t.Errorf("round %d, %v after Close", f.Get().Round, f.Err())
	}
	f.wantQuiet()
}

func TestCloseWaitsForACallback(t *testing.T) {
	path := newFile(t)
	entered, release := make(chan struct{}), make(chan struct{})
	var left atomic.Bool
	v, err := load(path, Options[settings]{Poll: polled.poll, OnChange: func(_, _ *settings) {
		close(entered)
		<-release
		left.Store(true)
	}}, polled.watching)
	must(t, err)
	rename(t, path, contentOf(2))
	receive(t, "the callback", entered)
	closed := make(chan bool)
	go func() {
		v.Close()
		closed <- left.Load()
	}()
	close(release)
	if !receive(t, "Close", closed) {
		t.Error("Close returned while a callback ran")
	}
}

// The readers never rest: each reads again as soon as the others have.
func TestTenThousandReadersSeeOnlyWholeValuesDuringAThousandSwaps(t *testing.T) {
	const readers, swaps = 10_000, 1_000
	mounted := &volume{t, t.TempDir()}
	mounted.publish(partsOf(0))
	changed := make(chan int, 1)
	v, err := Load(mounted.path(), Options[parts]{
		OnChange: func(_, now *parts) { changed <- now.Round },
	})
	must(t, err)
	defer v.Close()
	var stop atomic.Bool
	var torn, backwards atomic.Int64
	var ended sync.WaitGroup
	for range readers {
		ended.Add(1)
		go func() {
			defer ended.Done()
			for last := 0; !stop.Load(); runtime.Gosched() {
				got := v.Get()
				if !got.whole() {
					torn.Add(1)
				}
				if got.Round < last {
					backwards.Add(1)
				}
				last = got.Round
			}
		}()
	}
	for round := 1; round <= swaps; round++ {
		mounted.publish(partsOf(round))
		if got := receive(t, "the swap", changed); got != round {
			t.Fatalf("round %d counts, want %d", got, round)
		}
	}
	stop.Store(true)
	ended.Wait()
	if torn.Load() > 0 || backwards.Load() > 0 {
		t.Errorf("%d readings were torn, %d older than one before", torn.Load(), backwards.Load())
	}
	if number := v.Version().Number; number != swaps+1 {
		t.Errorf("version %d, want %d", number, swaps+1)
	}
}

// await polls a condition that nothing announces.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for begun := time.Now(); !holds(); runtime.Gosched() {
		if time.Since(begun) > patience {
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}
