import { writeSync } from 'node:fs';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider, type ReadableSpan, SimpleSpanProcessor, type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { type RecordedSpan, SPAN_LINE } from './recorded-span';

/** Stands in for the layer of `Tracing.openTelemetry()`: it loads before the handler and registers an SDK. */
const exporter: SpanExporter = {
  export: (spans, done) => {
    for (const span of spans) writeSync(1, `${SPAN_LINE}${JSON.stringify(describe(span))}\n`);
    done({ code: 0 });
  },
  shutdown: async () => undefined,
};

function describe(span: ReadableSpan): RecordedSpan {
  const { name, attributes, status, events, parentSpanContext, startTime: [seconds, nanos] } = span;
  const { spanId, traceId } = span.spanContext();
  const startTime = seconds * 1000 + nanos / 1e6;
  return { name, spanId, traceId, parent: parentSpanContext?.spanId, attributes, status, events, startTime };
}

const spanProcessors = [new SimpleSpanProcessor(exporter)];
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
