import { PROBLEM_CONTENT_TYPE, type ProblemCode, PROBLEMS, buildProblemType } from '../../src/contract';

/** A complete response, from an origin or to a viewer. Header names are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function buildProblemAnswer(code: ProblemCode, detail: string, instance: string): Answer {
  const { status, title } = PROBLEMS[code];
  return {
    status,
    headers: { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store' },
    body: Buffer.from(JSON.stringify({ type: buildProblemType(code), title, status, detail, code, instance })),
  };
}

export type Conditions = (name: string) => string | undefined;

/** Applies the viewer's conditions (RFC 9110, section 13) and range (section 14) to a complete response. */
export function applyConditions(answer: Answer, header: Conditions): Answer {
  if (answer.status !== 200) return answer;
  if (isKnown(answer, header)) {
    const { 'content-length': _length, 'content-type': _type, ...headers } = answer.headers;
    return { status: 304, headers, body: Buffer.alloc(0) };
  }
  const range = parseRange(answer, header);
  if (range === undefined) return answer;
  const length = answer.body.length;
  if (range === 'unsatisfiable') {
    const headers = { ...answer.headers, 'content-range': `bytes */${length}`, 'cache-control': 'no-store' };
    return { status: 416, headers, body: Buffer.alloc(0) };
  }
  const [start, end] = range;
  return {
    status: 206,
    headers: { ...answer.headers, 'content-range': `bytes ${start}-${end}/${length}` },
    body: answer.body.subarray(start, end + 1),
  };
}

function isKnown({ headers }: Answer, header: Conditions): boolean {
  const tags = header('if-none-match');
  if (tags !== undefined) {
    return tags.split(',').some(tag => tag.trim() === '*'
      || (headers.etag !== undefined && stripWeakPrefix(tag) === stripWeakPrefix(headers.etag)));
  }
  const since = Date.parse(header('if-modified-since') ?? '');
  return since >= Date.parse(headers['last-modified'] ?? '');
}

function stripWeakPrefix(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

/** Undefined for several ranges or an invalid header: the complete response is sent. */
function parseRange(
  { headers, body }: Answer, header: Conditions,
): [start: number, end: number] | 'unsatisfiable' | undefined {
  const known = header('if-range');
  if (known !== undefined && known !== headers.etag && known !== headers['last-modified']) return undefined;
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header('range') ?? '') ?? [];
  if (first === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, body.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? body.length - 1 : Math.min(Number(last), body.length - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  return start > end ? 'unsatisfiable' : [start, end];
}
