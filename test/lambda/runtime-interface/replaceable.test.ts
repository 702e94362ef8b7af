import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildAuthorizerEnvironment } from './events';
import { startServices } from './services';
import { ASSETS } from '../../../local/bundle';

/** Replaces the handler as agents do, and loads it again as Lambda's runtime does. */
const REPLACE = `
  globalThis.awslambda = { streamifyResponse: handler => handler };
  const { HANDLER } = process.env;
  const loaded = require(HANDLER);
  const original = loaded.handler;
  Object.defineProperty(loaded, 'handler', { value: () => 'replaced', configurable: true, enumerable: true });
  import(HANDLER).then(({ handler, default: { handler: byDefault } }) => {
    process.stdout.write([typeof original, handler(), byDefault()].join(' '));
    process.exit();
  });
`;

let services: Awaited<ReturnType<typeof startServices>>;
beforeAll(async () => { services = await startServices(); });
afterAll(async () => services.close());

const HANDLERS = readdirSync(ASSETS).filter(name => existsSync(join(ASSETS, name, 'index.js')));

test.each(HANDLERS)('an agent can replace the handler of %s', name => {
  const env = { ...services.env, ...buildAuthorizerEnvironment('https://login.example.com'), HANDLER: join(ASSETS, name, 'index.js') };
  expect(execFileSync(process.execPath, ['-e', REPLACE], { env, encoding: 'utf8', stdio: 'pipe' })).toBe('function replaced replaced');
});
