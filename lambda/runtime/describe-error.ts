import { ServiceError } from '../domain/errors';

/** The facts of an error that a log may hold. */
export interface ErrorFacts {
  readonly name: string;
  /** Only of our own errors. */
  readonly message?: string;
  /** Code of Node, such as `ECONNRESET`. */
  readonly code?: string;
  /** HTTP status and request id of an answer of AWS. AWS Support asks for the id. */
  readonly status?: number;
  readonly aws_request_id?: string;
  readonly stack?: string;
  readonly cause?: ErrorFacts;
}

/** The properties that errors of Node, of the SDK and of our own have. */
interface AnyError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly requestId?: unknown };
}

/** More causes are a circle. */
const MOST_CAUSES = 4;
const MOST_FRAMES = 12;

const NAME = /^[\w.:$-]{1,80}$/;
const AWS_ID = /^[\w=+/-]{1,80}$/;
const FRAME = /^ {4}at [\w$.<>#[\] ]*\(?[^\s()]+:\d+(:\d+)?\)?$/;

/**
 * Messages of AWS, of Node and of decoders can hold keys, URLs, values of records and text of files. So a log gets the
 * names, codes and places of errors, and messages that we wrote. Errors are read by their properties: where a handler
 * runs in a sandbox, Node's errors have classes of another realm.
 */
export function describeError(error: unknown, causes = MOST_CAUSES): ErrorFacts {
  if (typeof error !== 'object' || error === null) return { name: typeof error };
  const { name, code, cause, $metadata } = error as AnyError;
  return {
    name: pickText(NAME, name) ?? 'Error',
    message: error instanceof ServiceError ? error.message : undefined,
    code: pickText(NAME, code),
    status: typeof $metadata?.httpStatusCode === 'number' ? $metadata.httpStatusCode : undefined,
    aws_request_id: pickText(AWS_ID, $metadata?.requestId),
    stack: readFrames(error),
    cause: cause === undefined || causes === 0 ? undefined : describeError(cause, causes - 1),
  };
}

function pickText(form: RegExp, value: unknown): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/** The stack begins with the message, and lines of a message can look like frames. */
function readFrames({ stack, message }: AnyError): string | undefined {
  if (typeof stack !== 'string' || typeof message !== 'string') return undefined;
  const start = stack.indexOf(message);
  if (start < 0) return undefined;
  const frames = stack.slice(start + message.length).split('\n').slice(1).filter(line => FRAME.test(line));
  return frames.slice(0, MOST_FRAMES).map(line => line.trim()).join('\n') || undefined;
}

/** For the caller of a function: Lambda writes the message of a thrown error into the log. */
export function withoutForeignText(error: unknown): Error {
  if (error instanceof ServiceError) return error;
  const { name, code, status, aws_request_id, stack, cause } = describeError(error);
  const facts = [code, status && `HTTP ${status}`, aws_request_id && `request ${aws_request_id}`, cause?.name];
  const known = facts.filter(Boolean).join(', ');
  const shown = new Error(`${name}${known && ` (${known})`}; see the log line "invocation failed"`);
  return Object.assign(shown, { name, stack: `${name}: ${shown.message}\n${stack ?? ''}` });
}
