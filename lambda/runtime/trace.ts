import { context, createContextKey, ProxyTracerProvider, type Span, SpanStatusCode, trace, type TracerProvider } from '@opentelemetry/api';
import { logger } from './telemetry';
import { listMethods, SEGMENTS } from '../../src/contract';
import { findFailureCode } from '../domain/worker/failure-code';
import type { DeliveryRequest, HttpRequest } from '../http/messages';

/**
 * The attributes of spans. There are no others: more people read traces than see images, so a span holds no key, URL,
 * user, file name or tag.
 */
export interface Subject {
  readonly image_id?: string;
  /** Method and resource, such as `GET /images/{image_id}`. */
  readonly route?: string;
}

/**
 * Whether the layer of `Tracing.openTelemetry()` has registered an SDK. It does so before a function loads. The API
 * alone would do nothing as well, but in some microseconds for each span.
 */
const HAS_SDK = readProvider(trace.getTracerProvider()) !== readProvider(new ProxyTracerProvider());

/** The provider behind the API's own, which is a placeholder until an SDK registers one. */
function readProvider(provider: TracerProvider): TracerProvider {
  return (provider as Partial<ProxyTracerProvider>).getDelegate?.() ?? provider;
}

const tracer = trace.getTracer('cdk-image-service');
const SUBJECT = createContextKey('subject of a span');

/** Runs the work in a span. Spans inside it have its attributes, too, as far as they have none of their own. */
export async function withSpan<T>(name: string, subject: Subject, work: () => Promise<T>): Promise<T> {
  if (!HAS_SDK) return work();
  const parent = context.active();
  const inherited = parent.getValue(SUBJECT) as Subject | undefined;
  const attributes = { ...inherited, ...dropUndefined(subject) };
  const span = tracer.startSpan(name, { attributes }, parent);
  // X-Ray's own id is in every line already.
  if (!inherited) logger.appendKeys({ trace_id: span.spanContext().traceId });
  try {
    return await context.with(trace.setSpan(parent.setValue(SUBJECT, attributes), span), work);
  } catch (error) {
    setError(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** The whole work on a request of the API. Only known methods and resources name it. */
export async function traceRequest<T>(request: HttpRequest, work: () => Promise<T>): Promise<T> {
  const { method, resource, parameters } = request;
  const isKnown = listMethods(resource).includes(method);
  const route = isKnown ? `${method} ${resource}` : 'unknown route';
  return withSpan(route, { route, image_id: readImageId(parameters.image_id ?? '') }, work);
}

/** The whole work on a request of the CDN. */
export async function traceDelivery<T>({ path }: DeliveryRequest, work: () => Promise<T>): Promise<T> {
  return withSpan('deliver variant', { image_id: readImageId(path) }, work);
}

/** Records a span of the past: its work was done elsewhere (epoch milliseconds). */
export function recordSpan(name: string, startTime: number, endTime: number): void {
  if (!HAS_SDK) return;
  const parent = context.active();
  const attributes = { ...parent.getValue(SUBJECT) as Subject | undefined };
  tracer.startSpan(name, { attributes, startTime }, parent).end(endTime);
}

/** For an error that the current span's work has handled. */
export function markError(error: unknown): void {
  const span = trace.getActiveSpan();
  if (span) setError(span, error);
}

/** A verdict on an image, by its code. */
export function markRejection(code: string): void {
  trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR, message: code });
}

/** Messages of errors can hold keys and data of users, so spans have our codes. */
function setError(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: findFailureCode(error) });
}

/** Ids, keys and paths name an image in one segment, which is the last that can be an image id. */
const IMAGE_ID = new RegExp(`^(?:.*/)?(${SEGMENTS.IMAGE_ID})(?:/|$)`);

/** The image id in an id, an object key, a prefix of keys, or a path of the CDN; undefined if there is none. */
export function readImageId(text: string): string | undefined {
  return IMAGE_ID.exec(text)?.[1];
}

function dropUndefined({ image_id, route }: Subject): Subject {
  return { ...image_id !== undefined && { image_id }, ...route !== undefined && { route } };
}
