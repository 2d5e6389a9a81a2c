package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the numbers of one server. A nil Metrics counts nothing.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	busy     prometheus.Gauge
	sse      prometheus.Gauge
	appends  *prometheus.HistogramVec
}

// buckets suit the promises: signals within 50 ms, pages within 200 ms.
var buckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .2, .5, 1, 2.5, 5, 10}

// NewMetrics makes the numbers, with those of the Go runtime and the process.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lemniscaat_http_requests_total", Help: "Beantwoorde verzoeken, per route en status."}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "lemniscaat_http_request_duration_seconds", Help: "Hoe lang verzoeken duurden, per route.", Buckets: buckets}, []string{"method", "route"}),
		busy:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "lemniscaat_http_requests_in_flight", Help: "Verzoeken die nu bezig zijn."}),
		sse:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "lemniscaat_sse_open", Help: "Pagina's die nu meekijken met een stroom van gebeurtenissen."}),
		appends:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "lemniscaat_log_append_duration_seconds", Help: "Hoe lang schrijven in het logboek duurde, tot op schijf.", Buckets: buckets}, []string{"result"}),
	}
	about := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "lemniscaat_info", Help: "De versie van het programma.", ConstLabels: prometheus.Labels{"version": version}}, func() float64 { return 1 })
	m.registry.MustRegister(m.requests, m.duration, m.busy, m.sse, m.appends, about,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Level adds a number that is asked when it is read: how long a queue is, how much
// is overdue. read has to answer at once.
func (m *Metrics) Level(name, help string, read func() float64) {
	if m != nil {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "lemniscaat_" + name, Help: help}, read))
	}
}

// Levels adds numbers that are one thing in a few kinds; kinds is the whole list.
func (m *Metrics) Levels(name, help, label string, kinds []string, read func() map[string]float64) {
	if m != nil {
		m.registry.MustRegister(&levelSet{prometheus.NewDesc("lemniscaat_"+name, help, []string{label}, nil), kinds, read})
	}
}

type levelSet struct {
	about *prometheus.Desc
	kinds []string
	read  func() map[string]float64
}

func (l *levelSet) Describe(to chan<- *prometheus.Desc) { to <- l.about }

func (l *levelSet) Collect(to chan<- prometheus.Metric) {
	now := l.read()
	for _, k := range l.kinds { // a kind that is not in the list is not shown
		to <- prometheus.MustNewConstMetric(l.about, prometheus.GaugeValue, now[k], k)
	}
}

// Appended tells that writing in the log took a while, and how it went: "goed",
// "ingehaald" or "fout".
func (m *Metrics) Appended(took time.Duration, result string) {
	if m != nil {
		m.appends.WithLabelValues(result).Observe(took.Seconds())
	}
}

func (m *Metrics) begin() {
	if m != nil {
		m.busy.Inc()
	}
}

func (m *Metrics) end(method, route string, status int, took time.Duration) {
	if m == nil {
		return
	}
	m.busy.Dec()
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(method, route).Observe(took.Seconds())
}

func (m *Metrics) streams(n float64) {
	if m != nil {
		m.sse.Add(n)
	}
}
