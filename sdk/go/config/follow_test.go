package config

import (
	"crypto/sha256"
	"errors"
	"os"
	"testing"
	"time"
)

// still is a follower that looks only when the test does. Its decoder takes everything but "bad".
func still(t *testing.T) (f *follower[string], path string, refusals *int) {
	t.Helper()
	path, refusals = newFile(t), new(int)
	v := &Value[string]{path: path, closed: make(chan struct{}), options: Options[string]{
		Decode: func(content []byte, into *string) error {
			if string(content) == "bad" {
				return errors.New("refused")
			}
			*into = string(content)
			return nil
		},
		OnError: func(error) { *refusals++ },
	}}
	first := "first"
	v.put(&first, sha256.Sum256([]byte(first)))
	return v.follow(watching{settle: time.Hour}), path, refusals
}

func TestWhatMayBeHalfWrittenHasToStayTheSame(t *testing.T) {
	f, path, _ := still(t)
	for _, step := range []struct {
		content    string
		whole, due bool
		want       string
	}{
		{"ha", false, false, "first"},
		// Another look before it is due shows nothing new.
		{"ha", false, false, "first"},
		{"half", false, true, "first"},
		{"half", false, true, "half"},
		{"ready", true, false, "ready"},
	} {
		must(t, os.WriteFile(path, []byte(step.content), 0o600))
		f.look(step.whole, step.due)
		if got := *f.Get(); got != step.want {
			t.Errorf("after %+v %q is in place", step, got)
		}
	}
}

func TestWhatIsRefusedHasToStayTheSame(t *testing.T) {
	f, path, refusals := still(t)
	must(t, os.WriteFile(path, []byte("bad"), 0o600))
	f.look(true, false)
	must(t, os.Remove(path))
	f.look(false, true)
	if *refusals > 0 || f.Err() != nil {
		t.Errorf("refused what did not stay: %v", f.Err())
	}
	// Gone for a moment only.
	must(t, os.WriteFile(path, []byte("first"), 0o600))
	f.look(true, false)
	must(t, os.WriteFile(path, []byte("bad"), 0o600))
	for range 3 {
		f.look(true, false)
		f.look(false, true)
	}
	if *refusals != 1 || f.Err() == nil || *f.Get() != "first" {
		t.Errorf("%d refusals, %v, %q in place", *refusals, f.Err(), *f.Get())
	}
}
