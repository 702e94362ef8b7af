import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { answerMalformed } from './malformed';
import { parsePath, sendProblem } from './problem';
import { findSourceFault, type SourceRules } from './request-source';
import { UnlistedOrigins } from './unlisted-origins';

const LOOPBACK = '127.0.0.1';
/** The loopback address, and the addresses that mean every address of a machine. */
const NAMED_LOCALHOST = [LOOPBACK, '0.0.0.0', '::'];

const HEADERS_TIMEOUT_MS = 15_000;
/** A slow upload of the largest image may take as long as its URL is valid, and longer. */
const REQUEST_TIMEOUT_MS = 15 * 60_000;
const KEEP_ALIVE_MS = 65_000;
/** Large enough for values that a handler rejects by name, such as 64 KiB in percent-encoding. */
const MAX_HEADER_BYTES = 512 * 1024;
/** How long the server waits for open requests when it stops. */
const GRACE_MS = 2000;

/** The HTTP listener. It opens the port before anything else, so a port in use fails early. Early requests wait. */
export class Front {
  static async listen(
    port: number, host = LOOPBACK, rules: SourceRules = { allowedHosts: [], corsOrigins: [] },
  ): Promise<Front> {
    const front = new Front(host, rules);
    await new Promise<void>((resolve, reject) => front.server.once('error', reject).listen(port, host, resolve))
      .catch((error: NodeJS.ErrnoException) => { throw explain(error, port, host); });
    return front;
  }

  serve!: (listener: RequestListener) => void;
  private readonly server: Server;
  private readonly unlistedOrigins: UnlistedOrigins;

  private constructor(private readonly host: string, private readonly rules: SourceRules) {
    this.unlistedOrigins = new UnlistedOrigins(rules.corsOrigins);
    const ready = new Promise<RequestListener>(resolve => { this.serve = resolve; });
    const options = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      // Without this, Node answers itself, and not with a problem document.
      requireHostHeader: false,
    };
    const serve: RequestListener = (request, response) => void ready
      .then(listener => this.answer(listener, request, response))
      .catch((error: unknown) => failRequest(error, request, response));
    this.server = createServer(options, serve);
    this.server.on('clientError', answerMalformed);
    // Unknown expectations are ignored, as RFC 9110, section 10.1.1, allows.
    this.server.on('checkExpectation', serve);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    const name = NAMED_LOCALHOST.includes(this.host) ? 'localhost' : this.host;
    return `http://${isIPv6(name) ? `[${name}]` : name}:${this.port}`;
  }

  /** Whether requests to 127.0.0.1 reach the server. */
  get isOnLoopback(): boolean {
    return NAMED_LOCALHOST.includes(this.host);
  }

  private answer(listener: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    this.unlistedOrigins.logOnce(request);
    const detail = findSourceFault(request, this.rules);
    if (detail === undefined) return listener(request, response);
    request.resume();
    sendProblem(response, { code: 'forbidden', detail, instance: parsePath(request.url) });
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeIdleConnections();
    const grace = setTimeout(() => this.server.closeAllConnections(), GRACE_MS);
    await closed;
    clearTimeout(grace);
  }
}

/** An error in a listener ends its request, never the server. */
function failRequest(error: unknown, request: IncomingMessage, response: ServerResponse): void {
  console.error(error);
  sendProblem(response, { code: 'internal', detail: 'The server failed.', instance: parsePath(request.url) });
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRNOTAVAIL') {
    return new Error(`this machine has no address ${host}: choose another with --host`);
  }
  const reasons: Record<string, string> = { EADDRINUSE: 'is in use', EACCES: 'needs more privileges' };
  const reason = reasons[error.code ?? ''];
  return reason ? new Error(`port ${port} ${reason}: choose another with --port`) : error;
}
