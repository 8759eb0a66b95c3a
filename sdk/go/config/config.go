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

// Options say how content becomes a value. The zero value reads strict JSON.
type Options[T any] struct {
	// Decode fills a new, empty value. Default: one JSON value, in which a field that T does not have is an error.
	Decode func(content []byte, into *T) error
	// Validate refuses a value that decodes and makes no sense. It may fill in defaults: nobody has the value yet.
	Validate func(*T) error
	// OnChange is told of every value after the first, once it counts. It must not change either value. Calls come one after the
	// other, and the next content is not looked at before they return.
	OnChange func(before, now *T)
	// OnError is told when content is refused, once for each content; the value stays.
	OnError func(error)
	// Poll is how often the file is looked at even if nothing tells of a change. Default: 1s.
	Poll time.Duration
}

// Version tells which content counts.
type Version struct {
	// Number counts from 1, which is what the program started with.
	Number int
	// Hash is the beginning of the content's SHA-256, 12 hexadecimal digits: hotpod's log names a content in the same way.
	Hash string
	// At is when the value was put in place.
	At time.Time
}

// Value is a value that follows a file. Its methods may be called from any goroutine.
type Value[T any] struct {
	path    string
	options Options[T]
	current atomic.Pointer[versioned[T]]
	refused atomic.Pointer[refusal]
	close   sync.Once
	closed  chan struct{}
	ended   chan struct{}
}

type versioned[T any] struct {
	value   *T
	version Version
	sum     [sha256.Size]byte
}

// refusal is what the file has instead of a value.
type refusal struct {
	err error
	sum [sha256.Size]byte
}

// Load reads the file and follows it until [Value.Close]. The first content must be good.
func Load[T any](path string, options Options[T]) (*Value[T], error) {
	return load(path, options, watching{settle: settleTime, notify: true})
}

func load[T any](path string, options Options[T], how watching) (*Value[T], error) {
	// The working directory may change; the file does not change with it.
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("hotpod: configuration %s: %w", path, err)
	}
	if options.Decode == nil {
		options.Decode = strictJSON[T]
	}
	if options.Poll <= 0 {
		options.Poll = time.Second
	}
	v := &Value[T]{path: absolute, options: options, closed: make(chan struct{}), ended: make(chan struct{})}
	// The watch comes first: what changes after this look is told.
	f := v.follow(how)
	content, err := read(absolute)
	var value *T
	if err == nil {
		value, err = v.judge(content)
	}
	if err != nil {
		f.stop()
		return nil, v.explain(err)
	}
	v.put(value, sha256.Sum256(content))
	go f.run()
	return v, nil
}

// Get returns the value that counts, by an atomic load. It is shared and must not be changed.
func (v *Value[T]) Get() *T { return v.current.Load().value }

// Version tells which content counts.
func (v *Value[T]) Version() Version { return v.current.Load().version }

// Err says why what the file holds now does not count; nil when it does.
func (v *Value[T]) Err() error {
	if refused := v.refused.Load(); refused != nil {
		return refused.err
	}
	return nil
}

// Close ends the following; the value stays. No callback runs once it has returned, so it must not be called from one.
func (v *Value[T]) Close() {
	v.close.Do(func() { close(v.closed) })
	<-v.ended
}

// put makes a value count, and returns the one it replaces.
func (v *Value[T]) put(value *T, sum [sha256.Size]byte) (before *T) {
	version := Version{Number: 1, Hash: hex.EncodeToString(sum[:6]), At: time.Now()}
	if old := v.current.Load(); old != nil {
		before, version.Number = old.value, old.version.Number+1
	}
	v.current.Store(&versioned[T]{value, version, sum})
	v.refused.Store(nil)
	return before
}

// judge makes a value of content. A panic over bad content must not end a service that has a good value.
func (v *Value[T]) judge(content []byte) (value *T, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			value, err = nil, fmt.Errorf("panic: %v", cause)
		}
	}()
	value = new(T)
	if err := v.options.Decode(content, value); err != nil {
		return nil, err
	}
	if v.options.Validate != nil {
		if err := v.options.Validate(value); err != nil {
			return nil, err
		}
	}
	return value, nil
}

func (v *Value[T]) explain(err error) error {
	if named := (*fs.PathError)(nil); errors.As(err, &named) && named.Path == v.path {
		err = named.Err // It would name the file a second time.
	}
	return fmt.Errorf("hotpod: configuration %s: %w", v.path, err)
}

func strictJSON[T any](content []byte, into *T) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("the file is empty")
		}
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	return nil
}

// read refuses what a read could wait for for ever.
func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	return os.ReadFile(path)
}
