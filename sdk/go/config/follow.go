package config

import (
	"crypto/sha256"
	"sync/atomic"
	"time"
)

// settleTime is how long content has to stay the same that may be half-written.
const settleTime = 200 * time.Millisecond

// watching says how a file is followed, beside the looks that come with time.
type watching struct {
	settle time.Duration
	notify bool
}

// watcher tells of changes where the kernel does.
type watcher interface {
	// watch follows the file again where links lead to it now.
	watch()
	close()
}

// news tells a follower to look, and how sure it can be that what it sees is whole.
type news struct {
	told  chan struct{}
	whole atomic.Bool
}

func (n *news) tell(whole bool) {
	if whole {
		n.whole.Store(true)
	}
	select {
	case n.told <- struct{}{}:
	default:
	}
}

// follower looks at the file in a goroutine of its own.
type follower[T any] struct {
	*Value[T]
	settle  time.Duration
	news    *news
	watcher watcher
	// pending is content that was seen once; it is judged if it is still there when settled fires.
	pending [sha256.Size]byte
	settled <-chan time.Time
}

func (v *Value[T]) follow(how watching) *follower[T] {
	f := &follower[T]{Value: v, settle: how.settle, news: &news{told: make(chan struct{}, 1)}}
	if how.notify {
		f.watcher = newWatcher(v.path, f.news)
	}
	f.watch()
	return f
}

func (f *follower[T]) watch() {
	if f.watcher != nil {
		f.watcher.watch()
	}
}

func (f *follower[T]) stop() {
	if f.watcher != nil {
		f.watcher.close()
	}
}

func (f *follower[T]) run() {
	defer close(f.ended)
	defer f.stop()
	poll := time.NewTicker(f.options.Poll)
	defer poll.Stop()
	for {
		whole, due := false, false
		select {
		case <-f.closed:
			return
		case <-f.news.told:
			whole = f.news.whole.Swap(false)
		case <-poll.C:
		case <-f.settled:
			f.settled, due = nil, true
		}
		// Watched first: what changes after this look is told.
		f.watch()
		f.look(whole, due)
	}
}

// look takes what the file has. Content that may be half-written, and whatever would be refused, is looked at again when it is due.
func (f *follower[T]) look(whole, due bool) {
	content, err := read(f.path)
	sum := sha256.Sum256(content)
	if err != nil {
		sum = sha256.Sum256([]byte("\x00" + err.Error()))
	} else if sum == f.current.Load().sum {
		f.settled = nil
		f.refused.Store(nil)
		return
	}
	if refused := f.refused.Load(); refused != nil && refused.sum == sum {
		f.settled = nil
		return
	}
	stays := due && sum == f.pending
	if !whole && !stays {
		f.wait(sum)
		return
	}
	var value *T
	if err == nil {
		value, err = f.judge(content)
	}
	switch {
	case err == nil:
		f.settled = nil
		before := f.put(value, sum)
		if f.options.OnChange != nil {
			f.options.OnChange(before, value)
		}
	case !stays:
		f.wait(sum)
	default:
		err = f.explain(err)
		f.refused.Store(&refusal{err, sum})
		if f.options.OnError != nil {
			f.options.OnError(err)
		}
	}
}

// wait has what was seen looked at again. Seen again before that, it does not wait for longer.
func (f *follower[T]) wait(sum [sha256.Size]byte) {
	if f.settled == nil || sum != f.pending {
		f.pending, f.settled = sum, time.After(f.settle)
	}
}
