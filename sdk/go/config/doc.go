// Package config holds a value that follows a file: configuration that changes while the service runs, without a restart and without
// a lock. It needs nothing of hotpod and nothing beside the standard library.
//
//	limits, err := config.Load("/etc/shop/limits.json", config.Options[Limits]{
//		Validate: func(l *Limits) error { return l.check() },
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	defer limits.Close()
//	…
//	limits.Get().PerSecond // always one whole value, which never changes
//
// New content is decoded into a new value, validated, and put in place of the old one at once. Content that is refused changes
// nothing: the last good value stays, [Value.Err] and OnError say why.
//
// # How the file may change
//
// By a rename over it, by the kubelet's swap of a mounted ConfigMap or Secret ("..data"), by a plain overwrite, or gone for a moment.
// Content decides: a touch, or a swap to the same bytes, is no change. On Linux the kernel tells of changes, in every folder that
// links on the way to the file lead through; there and elsewhere the file is also looked at every [Options].Poll, which alone is
// enough where the kernel does not tell (NFS, or no inotify watches left).
//
// A plain overwrite can be read half-written. It is not judged before its writer closes it or it stays the same for 200 ms, and it
// is refused only if it stays; but a format whose first half is a whole text (lines of name=value) needs a rename to be safe.
//
// A ConfigMap mounted with subPath never changes in a running container: the kubelet binds the one file it found at the start.
// Mount the volume as a folder instead.
//
// # With hotpod
//
// A file that the service follows by itself should not be among those that hotpod watches (watch), or each change also starts a
// generation.
package config
