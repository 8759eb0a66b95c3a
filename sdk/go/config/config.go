// Package config holds a value that follows a file: configuration that changes while the service runs, without a restart and without a lock.
// It needs nothing of hotpod and nothing beside the standard library.
package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how a file becomes a value. The zero value reads strict JSON.
type Options[T any] struct {
	// Decode fills the value from the file's content. Default: JSON, in which a field that T does not have is an error.
	Decode func(content []byte, into *T) error
	// Validate refuses a value that decodes and makes no sense.
	Validate func(*T) error
	// OnChange is called after a new value counts, one call at a time. It must not change either value.
	OnChange func(before, now *T)
	// OnError is called when a new content is refused; the value stays. Once for each content.
	OnError func(error)
	// Poll is how often the file is looked at where nothing tells of changes. Default: 1s.
	Poll time.Duration
}

// Version tells which content counts.
type Version struct {
	// Number counts from 1, which is what the program started with.
	Number int
	// Hash is the beginning of the content's SHA-256, 12 hexadecimal digits.
	Hash string
	// At is when it was read.
	At time.Time
}

// Value is a value that follows a file. Readers always see one whole value: [Value.Get] costs an atomic load, and what it
// returned never changes. A content that does not decode or validate is refused, and the last good value stays.
//
// The file may be overwritten, replaced by rename, or be a key of a ConfigMap or Secret volume of Kubernetes, which changes by a
// swap of its folder. Mount the volume as a folder: the kubelet never changes a subPath mount.
type Value[T any] struct {
	path    string
	options Options[T]
	current atomic.Pointer[versioned[T]]
	refusal atomic.Pointer[refusal]
	reading sync.Mutex
	stop    chan struct{}
	stopped sync.WaitGroup
	close   sync.Once
}

type versioned[T any] struct {
	value   *T
	version Version
	sum     [sha256.Size]byte
}

type refusal struct {
	err error
	sum [sha256.Size]byte
}

// Load reads the file and follows it until [Value.Close]. The first content must be good.
func Load[T any](path string, options Options[T]) (*Value[T], error) {
	if options.Decode == nil {
		options.Decode = decodeJSON[T]
	}
	if options.Poll <= 0 {
		options.Poll = time.Second
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	c := &Value[T]{path: absolute, options: options, stop: make(chan struct{})}
	// Watching first: a change between the reading and the watch would be lost.
	changes, stopWatching := watchFolder(filepath.Dir(absolute))
	if err := c.read(true); err != nil {
		stopWatching()
		return nil, err
	}
	c.stopped.Add(1)
	go c.follow(changes, stopWatching)
	return c, nil
}

// Get returns the value that counts. It must not be changed.
func (c *Value[T]) Get() *T { return c.current.Load().value }

// Version tells which content counts.
func (c *Value[T]) Version() Version { return c.current.Load().version }

// Err tells why the newest content does not count, nil if it does.
func (c *Value[T]) Err() error {
	if refused := c.refusal.Load(); refused != nil {
		return refused.err
	}
	return nil
}

// Close ends the following; the value stays. No callback runs after it has returned. It must not be called from one.
func (c *Value[T]) Close() {
	c.close.Do(func() { close(c.stop) })
	c.stopped.Wait()
}

func (c *Value[T]) follow(changes <-chan struct{}, stopWatching func()) {
	defer c.stopped.Done()
	defer stopWatching()
	look := time.NewTicker(c.options.Poll)
	defer look.Stop()
	for {
		select {
		case <-c.stop:
			return
		case _, open := <-changes:
			if !open {
				changes = nil
			}
			_ = c.read(false)
		case <-look.C:
			_ = c.read(true)
		}
	}
}

// read takes over the file's content. A file that is away in the middle of a replacement is no news yet: the next look tells.
func (c *Value[T]) read(missingIsNews bool) error {
	c.reading.Lock()
	defer c.reading.Unlock()
	content, err := os.ReadFile(c.path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) && !missingIsNews {
			return nil
		}
		return c.refuse(err, sha256.Sum256([]byte(err.Error())))
	}
	sum := sha256.Sum256(content)
	before := c.current.Load()
	if before != nil && before.sum == sum {
		c.refusal.Store(nil)
		return nil
	}
	if refused := c.refusal.Load(); refused != nil && refused.sum == sum {
		return refused.err
	}
	value := new(T)
	if err := c.options.Decode(content, value); err != nil {
		return c.refuse(fmt.Errorf("%s: %w", c.path, err), sum)
	}
	if c.options.Validate != nil {
		if err := c.options.Validate(value); err != nil {
			return c.refuse(fmt.Errorf("%s: %w", c.path, err), sum)
		}
	}
	next := &versioned[T]{value: value, sum: sum, version: Version{
		Number: 1,
		Hash:   hex.EncodeToString(sum[:6]),
		At:     time.Now(),
	}}
	if before != nil {
		next.version.Number = before.version.Number + 1
	}
	c.current.Store(next)
	c.refusal.Store(nil)
	if before != nil && c.options.OnChange != nil {
		c.options.OnChange(before.value, value)
	}
	return nil
}

func (c *Value[T]) refuse(err error, sum [sha256.Size]byte) error {
	if refused := c.refusal.Load(); refused != nil && refused.sum == sum {
		return refused.err
	}
	c.refusal.Store(&refusal{err: err, sum: sum})
	if c.options.OnError != nil && c.current.Load() != nil {
		c.options.OnError(err)
	}
	return err
}

func decodeJSON[T any](content []byte, into *T) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}
