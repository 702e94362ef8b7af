import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { openService } from './service';
import { ASSETS } from '../../../local/bundle';

let service: Awaited<ReturnType<typeof openService>>;

beforeAll(async () => { service = await openService(); }, 120_000);
afterAll(async () => service.close());

/** The parts of Lambda's global scope in use. Writes responses one by one as lines of JSON. */
const INVOKE = `
  const { PassThrough } = require('node:stream');
  globalThis.awslambda = {
    streamifyResponse: handler => handler,
    HttpResponseStream: { from: (stream, metadata) => Object.assign(stream, { metadata }) },
  };
  const { handler } = require(process.argv[1]);
  (async () => {
    for (const [method, rawPath] of JSON.parse(process.argv[2])) {
      const [stream, chunks] = [new PassThrough(), []];
      stream.on('data', chunk => chunks.push(chunk));
      await handler({ rawPath, requestContext: { http: { method } } }, stream, { getRemainingTimeInMillis: () => 30_000 });
      console.log(JSON.stringify({ ...stream.metadata, body: Buffer.concat(chunks).toString('base64') }));
    }
    process.exit();
  })();
`;

test('the built handler streams variants, problems and the pages for 403 and 404', async () => {
  const original = { create: { width: 400, height: 300, channels: 3, background: '#336699' } } as const;
  await service.ready('01HANDLER', 'image/jpeg', await sharp(original).jpeg().toBuffer());
  const requests = [
    ['GET', '/_/alice/01HANDLER/large.webp'], ['GET', '/errors/403'], ['GET', '/errors/404'],
    ['POST', '/_/alice/01HANDLER/large.webp'],
  ];
  const handler = join(ASSETS, 'transform', 'index.js');
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', INVOKE, handler, JSON.stringify(requests)], {
    env: process.env,
  });
  const [image, forbidden, absent, wrong] = stdout.trim().split('\n').map(line => {
    const { body, ...metadata } = JSON.parse(line) as {
      statusCode: number;
      headers: Record<string, string>;
      body: string;
    };
    return { ...metadata, body: Buffer.from(body, 'base64') };
  });
  expect([image.statusCode, image.headers['content-type'], (await sharp(image.body).metadata()).width]).toEqual([
    200, 'image/webp', 200,
  ]);
  for (const [page, status, code] of [[forbidden, 403, 'forbidden'], [absent, 404, 'not-found']] as const) {
    expect([page.statusCode, page.headers['cache-control'], JSON.parse(page.body.toString())]).toEqual([
      200, 'no-store', expect.objectContaining({ status, code }),
    ]);
  }
  expect([wrong.statusCode, wrong.headers.allow, wrong.headers['x-content-type-options']]).toEqual([
    405, 'GET, HEAD', 'nosniff',
  ]);
}, 60_000);
