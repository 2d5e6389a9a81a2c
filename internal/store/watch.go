package store

import "context"

// LogTopic is announced after every append of any process.
const LogTopic = "logboek"

// Watcher is a store that several processes write to. A store that one process
// has for itself (store/sqlite) is none.
type Watcher interface {
	// Watch gives a channel that receives when a topic was announced, by any
	// process, and when announcements may have been missed: the connection was
	// lost and found again, or a while went by. Announcements that come close
	// together are one. Whoever receives reads what there is to read; nothing else
	// is told. The channel closes when ctx ends or the store closes.
	Watch(ctx context.Context, topic string) <-chan struct{}
	// Announce wakes the watchers of a topic in every process, this one as well.
	// A topic is at most 200 bytes of text.
	Announce(ctx context.Context, topic string) error
}
