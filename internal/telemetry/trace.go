package telemetry

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Tracing gives requests a trace, and sends spans to a collector when there is one.
type Tracing struct{ provider *sdktrace.TracerProvider }

// NewTracing sends to the OTLP collector at an address ("http://host:4318"). Without
// an address requests have a trace in the log, and nothing is sent.
func NewTracing(ctx context.Context, collector, version string) (*Tracing, error) {
	// Written out, so that nothing of the machine or its environment comes along.
	about := sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "lemniscaat"), attribute.String("service.version", version)))
	if collector == "" {
		return &Tracing{sdktrace.NewTracerProvider(about, sdktrace.WithSampler(sdktrace.NeverSample()))}, nil
	}
	e, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(collector+"/v1/traces"), otlptracehttp.WithTimeout(5*time.Second))
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	return &Tracing{sdktrace.NewTracerProvider(about, sdktrace.WithBatcher(e))}, nil
}

// Tracer makes spans.
func (t *Tracing) Tracer() trace.Tracer { return t.provider.Tracer("lemniscaat") }

// Close sends what waits, for a few seconds at most.
func (t *Tracing) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("traces: %w", err)
	}
	return nil
}
