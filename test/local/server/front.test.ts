import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { Front } from '../../../local/server/front';

let front: Front;

afterEach(async () => front.close());

async function listen(
  listener: RequestListener, allowedHosts: string[] = [], corsOrigins: string[] = [],
): Promise<void> {
  front = await Front.listen(0, '127.0.0.1', { allowedHosts, corsOrigins });
  front.serve(listener);
}

/** Sends exactly these lines; `fetch` would change them. */
async function send(...lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(front.port, '127.0.0.1');
    const chunks: string[] = [];
    socket.on('data', data => chunks.push(data.toString())).on('error', reject).on(
      'close', () => resolve(chunks.join('')),
    );
    socket.write([...lines, 'connection: close', '', ''].join('\r\n'));
  });
}

describe('an error in a listener', () => {
  beforeEach(() => { jest.spyOn(console, 'error').mockImplementation(); });
  afterEach(() => jest.restoreAllMocks());

  test.each(['', 'expect: 200-anything'])('answers 500, and the server keeps running (%s)', async header => {
    await listen(request => {
      if (request.url === '/bad') throw new URIError('planted');
    });
    const reply = await send('GET /bad HTTP/1.1', 'host: localhost', ...header ? [header] : []);
    expect(reply).toMatch(/^HTTP\/1\.1 500 /);
    expect(reply).toContain('"code":"internal"');
    expect(reply).not.toContain('planted');
    expect(await send('GET /bad HTTP/1.1', 'host: localhost')).toMatch(/^HTTP\/1\.1 500 /);
  });

  test('closes the connection where the response has begun', async () => {
    await listen((_request, response) => {
      response.write('half');
      throw new Error('planted');
    });
    expect(await send('GET / HTTP/1.1', 'host: localhost')).not.toContain('internal');
  });
});

describe('the name in a request', () => {
  beforeEach(async () => listen((_request, response) => response.end('served'), ['images.test']));

  test.each([
    'localhost', 'localhost:8080', 'LOCALHOST', 'localhost.', 'bucket.localhost:1', '127.0.0.1', '127.0.0.1:8080',
    '[::1]:8080', '192.168.1.20:8080', 'images.test', 'Images.Test:80',
  ])('%s is served', async host => {
    expect(await send('GET / HTTP/1.1', `host: ${host}`)).toContain('served');
  });

  test.each([
    'evil.example', 'evil.example:8080', 'localhost.evil.example', '127.0.0.1.evil.example', 'notlocalhost',
    'user@localhost', '[evil]', 'localhost:8080, evil.example', 'sub.images.test',
  ])('%s gets 403', async host => {
    const reply = await send('GET / HTTP/1.1', `host: ${host}`);
    expect(reply).toMatch(/^HTTP\/1\.1 403 /);
    expect(reply).toContain('"code":"forbidden"');
    expect(reply).toContain('--allowed-host');
    expect(reply).not.toContain('served');
  });

  test('in the target counts, too, and so does a second Host', async () => {
    expect(await send('GET http://evil.example/health HTTP/1.1', 'host: localhost')).toMatch(/ 403 /);
    expect(await send('GET http://localhost/health HTTP/1.1', 'host: localhost')).toContain('served');
    expect(await send('GET / HTTP/1.1', 'host: localhost', 'host: evil.example')).not.toContain('served');
  });

  test('may be absent, as a browser never leaves it', async () => {
    expect(await send('GET / HTTP/1.0')).toContain('served');
  });
});

describe('a web page of another origin', () => {
  beforeEach(() => { jest.spyOn(console, 'warn').mockImplementation(); });
  afterEach(() => jest.restoreAllMocks());
  beforeEach(async () => listen((_request, response) => response.end('served'), [], ['https://app.example.com']));

  test.each([['POST', 'cross-site'], ['POST', 'same-site'], ['PUT', 'cross-site'], ['DELETE', 'same-site']])(
    'cannot send %s (%s)', async (method, site) => {
      const reply = await send(
        `${method} /images HTTP/1.1`,
        'host: localhost',
        'origin: https://evil.example',
        `sec-fetch-site: ${site}`,
        'content-length: 0',
      );
      expect(reply).toMatch(/^HTTP\/1\.1 403 /);
      expect(reply).toContain('--cors-origin');
    },
  );

  test('can where its origin is configured', async () => {
    expect(await send(
      'POST /images HTTP/1.1',
      'host: localhost',
      'origin: https://app.example.com',
      'sec-fetch-site: cross-site',
      'content-length: 0',
    )).toContain('served');
  });

  test.each(['same-origin', 'none'])('is another than the page of this server (%s)', async site => {
    expect(await send('POST /images HTTP/1.1', 'host: localhost', `sec-fetch-site: ${site}`, 'content-length: 0'))
      .toContain('served');
  });

  test('can show images, which GET fetches', async () => {
    expect(await send('GET /cdn/x HTTP/1.1', 'host: localhost', 'sec-fetch-site: cross-site')).toContain('served');
  });
});

describe('the log of a page whose origin is not listed', () => {
  let warnings: jest.SpyInstance;

  beforeEach(async () => {
    warnings = jest.spyOn(console, 'warn').mockImplementation();
    await listen((_request, response) => response.end('served'), [], ['https://app.example.com']);
  });
  afterEach(() => jest.restoreAllMocks());

  const from = async (origin: string, method = 'GET') =>
    send(`${method} /images HTTP/1.1`, 'host: localhost:8080', `origin: ${origin}`, 'content-length: 0');

  test.each(['GET', 'POST', 'OPTIONS'])('names the origin and the option that allows it, once (%s)', async method => {
    await from('http://localhost:5173', method);
    await from('http://localhost:5173', method);
    expect(warnings.mock.calls).toEqual([
      [
        'denied a web page of http://localhost:5173; to allow it, start the server with --cors-origin http://localhost:5173',
      ],
    ]);
  });

  test('is empty for a listed origin, for pages of this server, and for other programs', async () => {
    await from('https://app.example.com');
    await from('http://localhost:8080', 'POST');
    await send('GET /images HTTP/1.1', 'host: localhost:8080');
    expect(warnings).not.toHaveBeenCalled();
  });

  test('suggests no option for an origin that cannot be allowed, and logs it escaped', async () => {
    await from('null');
    await from('http://a\u001b[31m');
    for (const [message] of warnings.mock.calls as [string][]) {
      expect(message).not.toContain('--cors-origin');
      expect(message).not.toContain('\u001b');
    }
    expect(warnings).toHaveBeenCalled();
  });

  test('ends after 20 origins, which no honest setup has', async () => {
    for (let port = 1; port <= 25; port++) await from(`http://localhost:${port}`);
    expect(warnings).toHaveBeenCalledTimes(20);
  });
});
