import type { Duplex } from 'node:stream';
import { buildProblemBody, buildProblemHeaders } from './problem';
import { PROBLEMS } from '../../src/contract';

/** Answers bytes that are not HTTP with a problem document, and closes the connection. */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const detail = error.code === 'HPE_HEADER_OVERFLOW'
    ? 'The request line and headers are too long.'
    : 'This is not an HTTP request.';
  const body = buildProblemBody({ code: 'invalid-request', detail, instance: '/' });
  const headers = { ...buildProblemHeaders(), 'content-length': Buffer.byteLength(body), 'connection': 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${PROBLEMS['invalid-request'].status} Bad Request`, ...lines, '', body].join('\r\n'));
}
