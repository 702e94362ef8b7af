import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AcceptedInvalidation, CloudFrontError, type InvalidationBatch, type Invalidations, isInProgress,
} from './invalidations';
import { checkAuthorization, checkSignature, type Credentials } from '../engines/request-signature';
import { BODY_LIMITS, BodyError, BodyReader } from '../http/request-body';

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html */
const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
const PATH = /^\/2020-05-31\/distribution\/([^/?]+)\/invalidation(?:\/([^/?]+))?\/?$/;
const MAX_BODY_BYTES = 4 * 2 ** 20;
/** Longer than the SDK keeps an idle connection, so the SDK never writes to a connection that closes. */
const KEEP_ALIVE_MS = 65_000;

export interface CloudFrontApi {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Serves CreateInvalidation and GetInvalidation of one distribution on a loopback port. */
export async function startCloudFrontApi(
  distributionId: string, invalidations: Invalidations, credentials: Credentials,
): Promise<CloudFrontApi> {
  const bodies = new BodyReader({ ...BODY_LIMITS, maxBytes: MAX_BODY_BYTES });
  const distribution = { id: distributionId, invalidations };
  const server = createServer((request, response) => {
    readSignedBody(request, bodies, credentials).then(body => answer(request, body, distribution)).then(
      ({ status, xml }) => send(response, status, xml),
      (error: unknown) => {
        if (!(error instanceof CloudFrontError)) console.error(error);
        const { code, status, message } = error instanceof CloudFrontError
          ? error
          : new CloudFrontError('InternalFailure', 500, String(error));
        send(response, status, renderError(code, message));
      },
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => { await new Promise(resolve => { server.close(resolve).closeAllConnections(); }); },
  };
}

interface Managed { readonly id: string; readonly invalidations: Invalidations }

function answer(
  request: IncomingMessage, body: string, { id: distributionId, invalidations }: Managed,
): { status: number; xml: string } {
  const [, distribution, id] = PATH.exec(request.url ?? '') ?? [];
  const operation = `${request.method} ${id === undefined ? 'of a batch' : 'of one'}`;
  if (distribution !== undefined && distribution !== distributionId) {
    throw new CloudFrontError('NoSuchDistribution', 404, 'The specified distribution does not exist.');
  }
  if (distribution !== undefined && operation === 'POST of a batch') {
    return { status: 201, xml: renderInvalidation(invalidations.create(parseBatch(body))) };
  }
  if (distribution !== undefined && operation === 'GET of one') {
    return { status: 200, xml: renderInvalidation(invalidations.find(id)) };
  }
  throw new CloudFrontError('NotImplemented', 501, `${request.method} ${request.url} is not implemented here.`);
}

async function readSignedBody(request: IncomingMessage, bodies: BodyReader, credentials: Credentials): Promise<string> {
  const fault = checkAuthorization(request, credentials);
  if (fault) {
    request.resume();
    throw fault === 'unsigned'
      ? new CloudFrontError('MissingAuthenticationToken', 403, 'The request is not signed.')
      : buildInvalidTokenError();
  }
  const body = await bodies.read(request).catch((error: unknown) => {
    throw error instanceof BodyError ? new CloudFrontError('BatchTooLarge', 413, 'The batch is too large.') : error;
  });
  if (checkSignature(request, body, credentials)) throw buildInvalidTokenError();
  return body.toString();
}

function buildInvalidTokenError(): CloudFrontError {
  return new CloudFrontError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
}

function parseBatch(xml: string): InvalidationBatch {
  const [, callerReference] = /<CallerReference>([^<]*)<\/CallerReference>/.exec(xml) ?? [];
  const [, quantity] = /<Quantity>(\d+)<\/Quantity>/.exec(xml) ?? [];
  const paths = [...xml.matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path]) => unescapeXml(path));
  if (!callerReference || Number(quantity) !== paths.length) {
    throw new CloudFrontError(
      'MalformedInput', 400, 'A batch must have a CallerReference, and Paths with Quantity items.',
    );
  }
  return { callerReference: unescapeXml(callerReference), paths };
}

function renderInvalidation(invalidation: AcceptedInvalidation): string {
  const { id, createdAt, callerReference, paths } = invalidation;
  const items = paths.map(path => `<Path>${escapeXml(path)}</Path>`).join('');
  return `<Invalidation xmlns="${NAMESPACE}"><Id>${id}</Id><Status>${isInProgress(invalidation) ? 'InProgress' : 'Completed'}</Status>`
    + `<CreateTime>${createdAt.toISOString()}</CreateTime><InvalidationBatch><Paths><Quantity>${paths.length}</Quantity><Items>${items}</Items></Paths>`
    + `<CallerReference>${escapeXml(callerReference)}</CallerReference></InvalidationBatch></Invalidation>`;
}

function renderError(code: string, message: string): string {
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`
    + `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

function unescapeXml(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, entity => ENTITIES[entity]);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function send(response: ServerResponse, status: number, xml: string): void {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
  // Node's own date ignores the shifted clock, and SDKs adjust their clocks by it.
  response.writeHead(status, {
    'content-type': 'text/xml',
    'content-length': body.length,
    'date': new Date().toUTCString(),
  });
  response.end(body);
}
