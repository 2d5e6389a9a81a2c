// Package report prints a page as a tagged PDF with the Chromium that is on the
// machine. The browser reaches nothing: every request that it makes is answered
// by the site itself, in this process, or refused. Scripts are off. One page is
// printed at a time.
package report

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Errors that callers tell apart.
var (
	// ErrNoBrowser: there is no Chromium on this machine.
	ErrNoBrowser = errors.New("op deze machine staat geen Chromium")
	// ErrBusy: too many pages wait to be printed.
	ErrBusy = errors.New("er wordt al te veel afgedrukt")
	// ErrPage: the page itself could not be shown.
	ErrPage = errors.New("de pagina kan niet getoond worden")
)

// Bounds of one print.
const (
	limit   = 60 * time.Second // of a print, with waiting
	queue   = 4                // prints that may wait
	maxBody = 32 << 20         // bytes of a PDF, and of an answer of the site
)

// Printer prints pages. It is safe for concurrent use.
type Printer struct {
	browser string
	turn    chan struct{}
	waiting atomic.Int32
}

// browsers are the names under which Chromium is known.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell"}

// Find looks for Chromium on the machine; ErrNoBrowser when there is none.
func Find() (*Printer, error) {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return &Printer{browser: path, turn: make(chan struct{}, 1)}, nil
		}
	}
	return nil, ErrNoBrowser
}

// Print gives the page at an address of the site as PDF on A4, tagged for who
// reads it by ear, with the language and the title of the page. foot stands
// under every page. The origin of the address is what links in the PDF lead to;
// it is not contacted.
func (p *Printer) Print(ctx context.Context, address, foot string, site http.Handler) ([]byte, error) {
	if p.waiting.Add(1) > queue {
		p.waiting.Add(-1)
		return nil, ErrBusy
	}
	defer p.waiting.Add(-1)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("print %s: %w", address, ctx.Err())
	}
	at, err := url.Parse(address)
	if err != nil || at.Host == "" {
		return nil, fmt.Errorf("print %q: %w", address, ErrPage)
	}
	dir, err := os.MkdirTemp("", "lemniscaat-pdf-")
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	defer os.RemoveAll(dir)
	alloc, stop := chromedp.NewExecAllocator(ctx, p.options(dir)...)
	defer stop()
	tab, done := chromedp.NewContext(alloc)
	defer done()

	var status atomic.Int64
	chromedp.ListenTarget(tab, func(event any) {
		if e, ok := event.(*fetch.EventRequestPaused); ok {
			// A listener may not wait for the browser.
			go answer(tab, e, at, site, &status)
		}
	})
	var pdf []byte
	err = chromedp.Run(tab,
		fetch.Enable().WithPatterns([]*fetch.RequestPattern{{URLPattern: "*"}}),
		emulation.SetScriptExecutionDisabled(true),
		emulation.SetEmulatedMedia().WithMedia("print"),
		chromedp.Navigate(address),
		chromedp.ActionFunc(func(ctx context.Context) error {
			if n := status.Load(); n != http.StatusOK {
				return fmt.Errorf("%w: antwoord %d", ErrPage, n)
			}
			var err error
			pdf, _, err = page.PrintToPDF().
				WithGenerateTaggedPDF(true).WithGenerateDocumentOutline(true).WithPrintBackground(true).
				WithPaperWidth(8.27).WithPaperHeight(11.69). // A4, in inches
				WithMarginTop(0.6).WithMarginBottom(0.75).WithMarginLeft(0.6).WithMarginRight(0.6).
				WithDisplayHeaderFooter(true).WithHeaderTemplate("<span></span>").WithFooterTemplate(footer(foot)).
				Do(ctx)
			return err
		}),
	)
	switch {
	case err != nil:
		return nil, fmt.Errorf("print %s: %w", address, err)
	case len(pdf) > maxBody:
		return nil, fmt.Errorf("print %s: de PDF is groter dan %d MB", address, maxBody>>20)
	}
	return pdf, nil
}

// options start a browser of its own that knows nobody.
func (p *Printer) options(dir string) []chromedp.ExecAllocatorOption {
	o := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(p.browser), chromedp.UserDataDir(dir), chromedp.DisableGPU,
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"), // whatever slips through finds nobody
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("js-flags", "--max-old-space-size=128"),
		chromedp.WSURLReadTimeout(limit),
	)
	// Chromium refuses its sandbox to root; everybody else keeps it.
	if os.Geteuid() == 0 {
		o = append(o, chromedp.NoSandbox)
	}
	return o
}

// answer gives the browser what the site says, or nothing.
func answer(tab context.Context, e *fetch.EventRequestPaused, at *url.URL, site http.Handler, status *atomic.Int64) {
	c := chromedp.FromContext(tab)
	if c == nil || c.Target == nil {
		return
	}
	ctx := cdp.WithExecutor(tab, c.Target)
	to, err := url.Parse(e.Request.URL)
	if err != nil || to.Scheme != at.Scheme || to.Host != at.Host || e.Request.Method != http.MethodGet {
		_ = fetch.FailRequest(e.RequestID, network.ErrorReasonBlockedByClient).Do(ctx) // the browser may have gone
		return
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.Request.URL, nil)
	if err != nil {
		_ = fetch.FailRequest(e.RequestID, network.ErrorReasonFailed).Do(ctx) // as above
		return
	}
	r.RequestURI = to.RequestURI()
	w := record(site, r)
	if e.ResourceType == network.ResourceTypeDocument {
		status.Store(int64(w.status))
	}
	if w.over {
		_ = fetch.FailRequest(e.RequestID, network.ErrorReasonFailed).Do(ctx) // as above
		return
	}
	var headers []*fetch.HeaderEntry
	for name, values := range w.header {
		for _, v := range values {
			headers = append(headers, &fetch.HeaderEntry{Name: name, Value: v})
		}
	}
	_ = fetch.FulfillRequest(e.RequestID, int64(w.status)).WithResponseHeaders(headers).WithBody(base64.StdEncoding.EncodeToString(w.body)).Do(ctx) // as above
}

// record asks the site. A site that panics gives no answer: nobody else would
// recover it here.
func record(site http.Handler, r *http.Request) (w *recorder) {
	w = &recorder{header: http.Header{}, status: http.StatusOK}
	defer func() {
		if v := recover(); v != nil {
			w.status, w.over = http.StatusInternalServerError, true
		}
	}()
	site.ServeHTTP(w, r)
	return w
}

// recorder keeps an answer of the site.
type recorder struct {
	header  http.Header
	status  int
	written bool
	body    []byte
	over    bool // larger than it may be, or not whole
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if !w.written {
		w.status, w.written = status, true
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.written = true
	if len(w.body)+len(b) > maxBody {
		w.over = true
		return 0, fmt.Errorf("%w: een antwoord is te groot", ErrPage)
	}
	w.body = append(w.body, b...)
	return len(b), nil
}

// footer is the line under every page. Chromium prints it apart from the page,
// without its styles.
func footer(text string) string {
	text = html.EscapeString(strings.ToValidUTF8(text, ""))
	return `<div style="font-size:8px;width:100%;padding:0 0.6in;display:flex;justify-content:space-between;color:#4c5562"><span>` + text +
		`</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`
}
