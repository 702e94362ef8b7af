import { execFileSync } from 'node:child_process';
import {
  cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { compile, ROOT } from './compiled';
import { API_ENV, COMMON_ENV, DELIVERY_ENV, IMAGE_LIMITS, QUEUE_ENV, WORKER_ENV } from '../../src/contract';
import { unpackAway } from '../support/worker-process';

jest.setTimeout(240_000);

/** Outside the repository: inside it Node would find our own node_modules by walking up. */
const away = mkdtempSync(join(tmpdir(), 'packed-'));
const unpacked = join(away, 'package');
let files: string[];

beforeAll(async () => {
  await compile();
  const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', away], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename, files: packed }] = JSON.parse(output) as [{ filename: string; files: { path: string }[] }];
  files = packed.map(({ path }) => path);
  execFileSync('tar', ['xzf', join(away, filename), '-C', away]);
});

afterAll(() => {
  rmSync(away, { recursive: true });
});

/** Lists relative links, without the fragment. */
function listLinks(page: string): string[] {
  return [...page.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link).filter(link => !/^[a-z]+:/.test(link));
}

/** Runs a process in an empty environment: no tools, no network, no configuration of ours. */
function run(cwd: string, args: string[], env: Record<string, string> = {}): string {
  const closed = 'http://127.0.0.1:9';
  return execFileSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
    env: { PATH: '', HOME: away, HTTP_PROXY: closed, HTTPS_PROXY: closed, ...env },
  });
}

describe('the packed tarball', () => {
  test.each([
    'README.md', 'LICENSE', 'API.md', '.jsii', 'lib/index.js', 'lib/index.d.ts', 'assets/api/index.js',
    'assets/sweeper/index.js', 'assets/edge/viewer-request.js', 'assets/edge/viewer-response.js',
    'assets/worker-arm64.zip', 'assets/worker-x86_64.zip', 'assets/unpack.js', 'assets/api/THIRD-PARTY-NOTICES.txt',
    'bin/THIRD-PARTY-NOTICES.txt', 'Dockerfile.lambda', 'Dockerfile.clamav',
  ])('has %s', file => {
    expect(files).toContain(file);
  });

  test('has the code of every handler', () => {
    const handlers = readdirSync(join(ROOT, 'lambda')).filter(file => file.endsWith('.lambda.ts')).map(
      file => file.replace('.lambda.ts', ''),
    );
    const built = handlers.map(
      handler => ['worker', 'transform'].includes(handler) ? 'assets/worker-arm64.zip' : `assets/${handler}/index.js`,
    );
    expect(built.filter(file => !files.includes(file))).toEqual([]);
  });

  test('has no worker that would look for sharp beside the package', () => {
    expect(files.filter(file => /^assets\/(worker|transform)\//.test(file))).toEqual([]);
  });

  test('has nothing that only developers need', () => {
    const shipped = /^(assets\/|bin\/(cdk-image-service\.js|THIRD-PARTY-NOTICES\.txt)$|lib\/|\.jsii$|package\.json$|README\.md$|API\.md$|LICENSE$|NOTICE$|CHANGELOG\.md$|ARCHITECTURE\.md$|docs\/[a-z-]+\.(md|json)$|docs\/events\/image-[a-z]+\.v\d+\.schema\.json$|docs\/images\/[a-z]+\.png$|Dockerfile\.(lambda|clamav)$)/;
    expect(files.filter(file => !shipped.test(file))).toEqual([]);
    expect(files.filter(file => file.startsWith('lib/') && !/\.(js|d\.ts)$/.test(file))).toEqual([]);
  });

  test('has what its pages link to', () => {
    const pages = files.filter(file => file.endsWith('.md') && !file.includes('node_modules'));
    const links = pages.flatMap(
      page => listLinks(readFileSync(join(unpacked, page), 'utf8')).map(link => posix.join(posix.dirname(page), link)),
    );
    expect(links).toEqual(expect.arrayContaining(['docs/operations.md', 'docs/openapi.json']));
    expect(links.filter(link => !files.some(file => file === link || file.startsWith(`${link}/`)))).toEqual([]);
  });

  test('depends on nothing but the CDK at run time', () => {
    const { dependencies = {}, peerDependencies } = JSON.parse(
      readFileSync(join(unpacked, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    expect(dependencies).toEqual({});
    expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
  });
});

describe('its handlers', () => {
  const environment = {
    AWS_REGION: 'eu-central-1',
    [COMMON_ENV.BUCKET]: 'bucket',
    [COMMON_ENV.TABLE]: 'table',
    [COMMON_ENV.LOG_LEVEL]: 'INFO',
    [COMMON_ENV.SERVICE_NAME]: 'test',
    [COMMON_ENV.METRICS_NAMESPACE]: 'test',
    [COMMON_ENV.ACCEPT]: 'image/png',
    [COMMON_ENV.MAX_SIZE]: '1000',
    [COMMON_ENV.URL_TTL]: '300',
    [COMMON_ENV.DELETED_RECORD_DAYS]: '30',
    [COMMON_ENV.PROCESSING]: 'none',
    [DELIVERY_ENV.MODE]: 'presigned',
    [API_ENV.ACCESS]: 'iam',
    [API_ENV.ACCELERATE]: 'false',
    [API_ENV.CORS_ORIGINS]: '',
  };

  test.each(['api', 'sweeper'])('%s loads outside the repository', handler => {
    const script = `process.stdout.write(typeof require('./assets/${handler}').handler)`;
    expect(run(unpacked, ['-e', script], environment)).toBe('function');
  });

  test('the worker of this machine loads there, with its own sharp', () => {
    const architecture = { x64: 'x86_64', arm64: 'arm64' }[process.arch as 'x64' | 'arm64'];
    const folder = unpackAway(readFileSync(join(unpacked, 'assets', `worker-${architecture}.zip`)));
    const script = `
      const { handler } = require('./index.js');
      const loaded = require('@img/sharp-linux-${process.arch}/sharp.node');
      handler({ Records: [] }, { getRemainingTimeInMillis: () => 60000 }).then(answer => require('node:fs').writeFileSync('answer.json', JSON.stringify([answer, loaded.libvipsVersion()])));
    `;
    const worker = {
      [COMMON_ENV.PROCESSING]: 'queue',
      [WORKER_ENV.VARIANTS]: 'thumb:320x320:iea:w',
      [WORKER_ENV.IMAGE_LIMITS]: JSON.stringify(IMAGE_LIMITS),
      [QUEUE_ENV.QUEUE_URL]: 'https://queue',
      [WORKER_ENV.MAX_RECEIVES]: '5',
      [WORKER_ENV.TIMEOUT]: '60',
      [WORKER_ENV.OWNER_SHARE]: '3',
      [WORKER_ENV.OWNER_LANES]: '2',
      [WORKER_ENV.SURPLUS_QUEUE_URL]: 'https://surplus.fifo',
      [WORKER_ENV.DEAD_LETTER_QUEUE_URL]: 'https://dead-letters',
      [WORKER_ENV.SCANNER]: 'none',
    };
    run(folder, ['-e', script], { ...environment, ...worker });
    expect(JSON.parse(readFileSync(join(folder, 'answer.json'), 'utf8'))).toEqual([
      { batchItemFailures: [] }, expect.objectContaining({ semver: expect.any(String) }),
    ]);
    rmSync(folder, { recursive: true });
  });

  test('the API answers there', () => {
    const event = {
      resource: '/health',
      path: '/health',
      httpMethod: 'GET',
      multiValueHeaders: {},
      requestContext: { requestId: 'r' },
      isBase64Encoded: false,
    };
    const script = `require('./assets/api').handler(${JSON.stringify(event)}, {}).then(answer => require('node:fs').writeFileSync('answer.json', JSON.stringify(answer)))`;
    run(unpacked, ['-e', script], environment);
    expect(JSON.parse(readFileSync(join(unpacked, 'answer.json'), 'utf8'))).toMatchObject({
      statusCode: 200,
      body: expect.stringContaining('"ok"'),
    });
  });
});

describe('a plain JavaScript project synthesizes with it: no bundler, no Docker, no network', () => {
  const consumer = join(away, 'consumer');
  const assembly = join(consumer, 'cdk.out');

  beforeAll(() => {
    const modules = join(consumer, 'node_modules');
    mkdirSync(modules, { recursive: true });
    cpSync(unpacked, join(modules, 'cdk-image-service'), { recursive: true });
    for (const peer of ['aws-cdk-lib', 'constructs']) {
      symlinkSync(join(ROOT, 'node_modules', peer), join(modules, peer), 'dir');
    }
    writeFileSync(join(consumer, 'app.js'), `
      const { App, Stack } = require('aws-cdk-lib');
      const { Compute, ImageService } = require('cdk-image-service');
      const app = new App({ outdir: 'cdk.out' });
      new ImageService(new Stack(app, 'Zip'), 'Images');
      new ImageService(new Stack(app, 'Image'), 'Images', { compute: Compute.containerImage() });
      app.synth();
    `);
    run(consumer, ['app.js']);
  });

  function read<T>(file: string): T {
    return JSON.parse(readFileSync(join(assembly, file), 'utf8')) as T;
  }

  test('from zip files', () => {
    const types = Object.values(read<{ Resources: Record<string, { Type: string }> }>('Zip.template.json').Resources)
      .map(({ Type }) => Type);
    expect(types).toEqual(expect.arrayContaining([
      'AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::ApiGateway::RestApi', 'AWS::Lambda::Function',
    ]));
    const staged = readdirSync(assembly).filter(file => file.startsWith('asset.'));
    // API, sweeper, operator, key generator and invalidation. The worker and the transform function are in a zip file.
    expect(staged.filter(asset => existsSync(join(assembly, asset, 'index.js')))).toHaveLength(5);
    expect(staged.filter(asset => asset.endsWith('.zip'))).toHaveLength(1);
  });

  test('from a container image, made of the Dockerfile and the handlers only', () => {
    const { dockerImages } = read<{
      dockerImages: Record<string, { source: { directory: string; dockerFile: string } }>;
    }>('Image.assets.json');
    const [{ source }, ...others] = Object.values(dockerImages);
    expect(others).toEqual([]);
    const context = join(assembly, source.directory);
    expect(readFileSync(join(context, source.dockerFile))).toEqual(readFileSync(join(ROOT, 'Dockerfile.lambda')));
    expect(readdirSync(context).sort()).toEqual(['Dockerfile.lambda', 'assets']);
    // CloudFront runs the edge functions.
    expect(readdirSync(join(context, 'assets'))).toEqual(
      readdirSync(join(unpacked, 'assets')).filter(name => name !== 'edge'),
    );
  });
});
