/** Starts the line of each span in the output of a function with the layer. */
export const SPAN_LINE = 'span ';

export interface RecordedSpan {
  readonly name: string;
  readonly spanId: string;
  readonly traceId: string;
  readonly parent?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number; readonly message?: string };
  readonly events: readonly object[];
  /** Epoch milliseconds. */
  readonly startTime: number;
}

export function readSpans(output: string): RecordedSpan[] {
  const lines = output.split('\n').filter(line => line.startsWith(SPAN_LINE));
  return lines.map(line => JSON.parse(line.slice(SPAN_LINE.length)) as RecordedSpan);
}

/**
 * The names of spans below their parents, indented by their depth. The order is that of their ends, since two spans may
 * start in the same millisecond.
 */
export function drawTree(spans: readonly RecordedSpan[], parent?: string, depth = 0): string[] {
  return spans.filter(span => span.parent === parent).flatMap(
    span => ['  '.repeat(depth) + span.name, ...drawTree(spans, span.spanId, depth + 1)],
  );
}
