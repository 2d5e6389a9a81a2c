package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Counter counts over all replicas; store.Shelf is one.
type Counter interface {
	// Count adds n to a counter and gives the sum; one that expired begins anew.
	Count(ctx context.Context, kind, id string, n int64, expires time.Time) (int64, error)
}

// limiter counts what comes from one place and from all places together, in
// windows of a fixed length. It keeps nothing longer than a window. What this
// process alone has counted is asked first, so that a flood does not reach the
// database; then what all replicas have counted together.
type limiter struct {
	name      string
	window    time.Duration
	each, all int
	now       func() time.Time
	shared    Counter // nil: this process is the only one
	key       []byte  // hides the places in what is counted
	log       *slog.Logger

	mu    sync.Mutex
	began time.Time
	from  map[netip.Prefix]int
	total int
}

// maxPlaces bounds the memory of a limiter. When there are more, they count as
// one: that is what an attack from many places looks like.
const maxPlaces = 50_000

// limitKind is the kind of the counters in the store.
const limitKind = "grens"

// take counts one; when it is one too many, wait says how long the window
// still is. Without the database each replica counts for itself.
func (l *limiter) take(ctx context.Context, from netip.Prefix) (ok bool, wait time.Duration) {
	if ok, wait = l.here(from); !ok || l.shared == nil {
		return ok, wait
	}
	now := l.now()
	window := now.Truncate(l.window)
	ends := window.Add(l.window)
	// The place is not kept: without the key nobody can tell which it was.
	place := hmac.New(sha256.New, l.key)
	place.Write([]byte(l.name + "\x00" + from.String()))
	for _, x := range []struct {
		of   string
		most int
	}{{hex.EncodeToString(place.Sum(nil)[:16]), l.each}, {"alle", l.all}} {
		n, err := l.shared.Count(ctx, limitKind, l.name+"/"+strconv.FormatInt(window.Unix(), 10)+"/"+x.of, 1, ends)
		if err != nil {
			l.log.WarnContext(ctx, "limit not shared", "limit", l.name, "error", err)
			return true, 0
		}
		if n > int64(x.most) {
			return false, ends.Sub(now)
		}
	}
	return true, 0
}

// here counts in this process.
func (l *limiter) here(from netip.Prefix) (ok bool, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.from == nil || now.Sub(l.began) >= l.window || now.Before(l.began) {
		l.began, l.from, l.total = now, map[netip.Prefix]int{}, 0
	}
	if len(l.from) >= maxPlaces {
		if _, known := l.from[from]; !known {
			from = netip.Prefix{}
		}
	}
	if l.from[from] >= l.each || l.total >= l.all {
		return false, l.began.Add(l.window).Sub(now)
	}
	l.from[from]++
	l.total++
	return true, 0
}

// cameFrom gives where a request comes from: an IPv4 address, or the /64 of an
// IPv6 address, which is one connection. A proxy on this machine says for whom
// it asks; what others claim about that counts for nothing.
func cameFrom(r *http.Request) netip.Prefix {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	ip := addr.Addr().Unmap()
	if ip.IsLoopback() {
		all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if client, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1])); err == nil {
			ip = client.Unmap()
		}
	}
	bits := 32
	if ip.Is6() {
		bits = 64
	}
	p, _ := ip.WithZone("").Prefix(bits) // the number of bits is valid
	return p
}
