import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { PROBLEM_CONTENT_TYPE, PROBLEMS, problemType } from '../src/contract';

/** The answer to what is not HTTP: it has no path, no user and no route, and ends the connection. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const { status, title } = PROBLEMS['invalid-request'];
  const detail = error.code === 'HPE_HEADER_OVERFLOW' ? 'The request line and headers are too long.' : 'This is not an HTTP request.';
  const body = JSON.stringify({ type: problemType('invalid-request'), title, status, detail, code: 'invalid-request', instance: '/' });
  const headers = [
    `content-type: ${PROBLEM_CONTENT_TYPE}`, `content-length: ${Buffer.byteLength(body)}`, 'cache-control: no-store',
    `x-request-id: ${randomUUID()}`, 'connection: close',
  ];
  socket.end([`HTTP/1.1 ${status} Bad Request`, ...headers, '', body].join('\r\n'));
}
