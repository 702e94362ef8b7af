import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { ROOT } from './compiled';
import { createDynamoDbClient } from '../../lambda/aws/clients';
import { openObjectStore } from '../../lambda/aws/image-objects';
import { openImageTable } from '../../lambda/aws/image-table';
import { computeUserSegment } from '../../lambda/domain/caller';
import { createStorage } from '../../local/engines/storage';
import { startTableEngine } from '../../local/engines/table';
import { buildHandlerEnvironment } from '../../local/functions/handlers';
import { LOCAL } from '../../local/names';
import { buildEmbeddedPlace } from '../../local/place';
import { ensureTable } from '../../local/resources/table';
import {
  encodeVariants,
  IMAGE_LIMITS,
  type ImageRecord,
  type ImageType,
  buildOriginalKey,
  type VariantDefinition,
  buildVariantPrefix,
} from '../../src/contract';
import { avif, photo } from '../acceptance/support/pictures';
import { readStages } from '../docker/dockerfile';
import { fetchNode } from '../docker/node-of-image';
import { REQUIREMENTS, describeIfMet } from '../support/requirements';
import { unpackAway, processUploads } from '../support/worker-process';

jest.setTimeout(300_000);

const ZIPS = [['arm64', 'arm64'], ['x86_64', 'x64']] as const;

function readZip(architecture: string, assets = join(ROOT, 'assets')): Buffer {
  return readFileSync(join(assets, `worker-${architecture}.zip`));
}

describe.each(ZIPS)('the worker for %s', (architecture, cpu) => {
  const files = unzipSync(readZip(architecture));

  test('is at most 12 MB', () => {
    expect(readZip(architecture).length).toBeLessThanOrEqual(12_000_000);
  });

  test('holds what runs, and its licences', () => {
    expect(Object.keys(files)).toEqual(expect.arrayContaining([
      'index.js', 'decoder.js', 'LICENSE', 'THIRD-PARTY-NOTICES.txt',
      `node_modules/@img/sharp-linux-${cpu}/lib/sharp-linux-${cpu}-${sharp.versions.sharp}.node`,
      'node_modules/libheif-js/libheif-wasm/libheif.wasm',
      'node_modules/libheif-js/libheif-wasm/LICENSE',
    ]));
    const notices = Buffer.from(files['THIRD-PARTY-NOTICES.txt']).toString();
    for (const needed of [
      'sharp 0.35.5', 'libheif-js 1.23.2', 'thumbhash', 'valibot', 'GNU LESSER GENERAL PUBLIC LICENSE',
    ]) {
      expect(notices).toContain(needed);
    }
  });

  /** The machine that an ELF file targets: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
  const MACHINES = { arm64: 183, x64: 62 };

  test('holds native code for that processor, and no other', () => {
    const native = Object.entries(files).filter(
      ([, bytes]) => Buffer.from(bytes.subarray(0, 4)).toString('latin1') === '\x7fELF',
    );
    expect(native.map(([name]) => name.split('/').slice(0, 3).join('/')).sort())
      .toEqual([
        `node_modules/@img/sharp-libvips-linux-${cpu}`, `node_modules/@img/sharp-linux-${cpu}`, `sandbox-${cpu}.node`,
      ]);
    expect(native.map(([, bytes]) => Buffer.from(bytes).readUInt16LE(18))).toEqual([
      MACHINES[cpu], MACHINES[cpu], MACHINES[cpu],
    ]);
    expect(Object.keys(files).filter(name => name.endsWith('.node') || /\.so(\.|$)/.test(name))).toHaveLength(3);
  });

  test('can be read by everybody: Lambda runs functions as a user of its own', () => {
    // The central directory: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, section 4.3.12
    const zip = readZip(architecture);
    const entries = [...zip.toString('latin1').matchAll(/PK\x01\x02\x14\x03/g)].map(
      ({ index }) => zip.readUInt16LE(index + 40),
    );
    expect(entries).toEqual(Object.keys(files).map(() => 0o100644));
  });
});

test("the worker's packages are those that the project is tested with", () => {
  const read = (...path: string[]) => JSON.parse(readFileSync(join(ROOT, ...path, 'package.json'), 'utf8'));
  const { dependencies } = read('projenrc', 'worker-packages');
  expect(dependencies).toEqual(
    Object.fromEntries(Object.keys(dependencies).map(name => [name, read('node_modules', name).version])),
  );
});

const BUNDLE = ['--import', 'tsx', join('projenrc', 'bundle-handlers.ts')];

describe('another build', () => {
  const away = mkdtempSync(join(tmpdir(), 'another-build-'));
  afterAll(() => rmSync(away, { recursive: true, force: true }));

  /** Copies the inputs of a build to another folder. */
  function clone(name: string): string {
    const folder = join(away, name);
    mkdirSync(folder);
    execFileSync('cp', ['-a', ...[
      'lambda', 'src', 'projenrc', 'package.json', 'tsconfig.json', 'tsconfig.dev.json', 'LICENSE',
    ].map(file => join(ROOT, file)), folder]);
    execFileSync('ln', ['-s', join(ROOT, 'node_modules'), join(folder, 'node_modules')]);
    return folder;
  }

  test('gives the same bytes, elsewhere and at another time', () => {
    const folder = clone('elsewhere');
    execFileSync(process.execPath, BUNDLE, { cwd: folder, env: { ...process.env, TZ: 'Asia/Tokyo' }, stdio: 'pipe' });
    const hashes = (assets: string) =>
      ZIPS.map(([architecture]) => createHash('sha256').update(readZip(architecture, assets)).digest('hex'));
    expect(hashes(join(folder, 'assets'))).toEqual(hashes(join(ROOT, 'assets')));
  });

  test('that cannot fetch the packages says so, and leaves what was there', () => {
    const folder = clone('offline');
    mkdirSync(join(folder, 'assets', 'api'), { recursive: true });
    const nowhere = {
      XDG_CACHE_HOME: join(away, 'cache'),
      npm_config_cache: join(away, 'npm'),
      npm_config_registry: 'http://127.0.0.1:9',
      npm_config_fetch_retries: '0',
    };
    expect(
      () => execFileSync(process.execPath, BUNDLE, { cwd: folder, env: { ...process.env, ...nowhere }, stdio: 'pipe' }),
    )
      .toThrow('the packages of worker-packages-');
    expect(readdirSync(join(folder, 'assets'))).toEqual(['api']);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(existsSync(join(away, 'cache', 'cdk-image-service'))
      ? readdirSync(join(away, 'cache', 'cdk-image-service'))
      : []).toEqual([]);
    execFileSync(process.execPath, [...BUNDLE, '--no-zips'], {
      cwd: folder,
      env: { ...process.env, ...nowhere },
      stdio: 'pipe',
    });
    expect(readdirSync(join(folder, 'assets')).sort()).toEqual(expect.arrayContaining(['api', 'worker']));
  });
});

const VARIANTS: VariantDefinition[] = [
  { name: 'thumb', width: 96, height: 96, fit: 'inside', formats: ['webp'], generation: 'eager', animated: true },
  { name: 'small', width: 200, height: 200, fit: 'inside', formats: ['avif'], generation: 'eager', animated: false },
];

const SAMPLES: readonly (readonly [ImageType, () => Promise<Buffer>])[] = [
  ['image/jpeg', async () => (await photo()).bytes],
  ['image/avif', async () => (await avif()).bytes],
  ['image/heic', async () => readFileSync(join(ROOT, 'local', 'demo', 'samples', 'phone.heic'))],
];

/** The zip file for this machine's processor; undefined if there is no zip file for it. */
const own = ZIPS.find(([, cpu]) => cpu === process.arch)?.[0];

describeIfMet({ ...REQUIREMENTS.linux, isMet: REQUIREMENTS.linux.isMet && own !== undefined })(
  'the worker of this machine, outside the repository', () => {
    const directory = mkdtempSync(join(tmpdir(), 'worker-storage-'));
    const closers: (() => unknown)[] = [];
    let folder: string;
    let env: Record<string, string>;

    beforeAll(async () => {
      folder = unpackAway(readZip(own!));
      const table = await startTableEngine();
      const storage = await createStorage({
        directory,
        bucket: LOCAL.BUCKET,
        credentials: LOCAL.CREDENTIALS,
        region: LOCAL.REGION,
      });
      const server = createServer(storage.handler);
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      closers.push(() => server.close().closeAllConnections(), storage.close, table.close);
      env = {
        ...buildHandlerEnvironment(
          buildEmbeddedPlace(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, table.endpoint), [],
        ),
        PROCESSING_MODE: 'queue',
        VARIANTS: encodeVariants(VARIANTS),
        IMAGE_LIMITS: JSON.stringify(IMAGE_LIMITS),
        QUEUE_URL: 'https://queue',
        SURPLUS_QUEUE_URL: 'https://surplus.fifo',
        DEAD_LETTER_QUEUE_URL: 'https://dead-letters',
        OWNER_SHARE: '3',
        OWNER_LANES: '2',
        MAX_RECEIVES: '5',
        WORKER_TIMEOUT_SECONDS: '60',
        SCANNER: 'none',
        POWERTOOLS_METRICS_DISABLED: 'false',
      };
      Object.assign(process.env, env);
      await ensureTable(new DynamoDBClient({}), LOCAL.TABLE);
    });

    afterAll(async () => {
      for (const close of closers) await close();
      for (const made of [directory, folder]) rmSync(made, { recursive: true, force: true });
    });

    /** A record as `confirm` leaves it. */
    async function createConfirmed(id: string, content_type: ImageType, bytes: Buffer): Promise<ImageRecord> {
      const object_key = buildOriginalKey('_', computeUserSegment({ userId: 'alice' }), id, 'nonce');
      const objects = openObjectStore(LOCAL.BUCKET, true);
      await objects.put(object_key, bytes, content_type);
      const { etag } = (await objects.find(object_key))!;
      const at = '2026-11-26T12:00:00.000Z';
      const row: ImageRecord = {
        image_id: id,
        owner: 'alice',
        user_id: 'alice',
        created_at: `${at}#${id}`,
        updated_at: at,
        status: 'processing',
        version: 2,
        object_key,
        url_until: 0,
        content_type,
        size: bytes.length,
        etag,
        sweep: 0,
        due_at: 0,
      };
      await openImageTable(createDynamoDbClient(), LOCAL.TABLE).write([{ put: row, guard: 'absent' }]);
      return row;
    }

    async function makesVariants(node: string, run: string): Promise<void> {
      const rows = await Promise.all(
        SAMPLES.map(
          async ([type, read]) => createConfirmed(`${run}-${type.replace('image/', '')}`, type, await read()),
        ),
      );
      const broken = await createConfirmed(`${run}-broken`, 'image/png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
      const log = await processUploads(folder, node, env, [...rows, broken].map(({ object_key }) => object_key));
      expect([...log.matchAll(/"(Images\w+)":\[?[\d,]+/g)].map(([found]) => found)).toEqual(
        expect.arrayContaining(['"ImagesProcessed":[1,1,1', '"ImagesRejected":1']),
      );
      expect(JSON.parse(readFileSync(join(folder, 'answer.json'), 'utf8'))).toEqual({ batchItemFailures: [] });
      const table = openImageTable(createDynamoDbClient(), LOCAL.TABLE);
      for (const [i, [type]] of SAMPLES.entries()) {
        const row = (await table.get(rows[i].image_id))!;
        expect(row).toMatchObject({
          status: 'ready',
          format: type.replace('image/', ''),
          variants: [{ name: 'thumb' }, { name: 'small' }],
        });
        for (const { name, format, width, height, size } of row.variants!) {
          const key = `${buildVariantPrefix(row.object_key)}${name}.${format}`;
          const objects = openObjectStore(LOCAL.BUCKET, true);
          const bytes = (await objects.read(key, (await objects.find(key))!.etag))!;
          expect(await sharp(bytes).metadata()).toMatchObject({
            format: format === 'avif' ? 'heif' : format,
            width,
            height,
            size,
          });
        }
      }
      expect(await table.get(broken.image_id)).toMatchObject({ status: 'rejected', rejection: { code: 'CORRUPT' } });
    }

    test(
      'makes variants of a JPEG, an AVIF and a HEIC, on the Node that runs the tests',
      () => makesVariants(process.execPath, 'here'),
    );

    test("the same, on Lambda's Node", async () => {
      const [version] = readStages(join(ROOT, 'Dockerfile.lambda')).flatMap(
        ({ base }) => /^node:([\d.]+)-/.exec(base)?.[1] ?? [],
      );
      await makesVariants(join(await fetchNode(version, () => {}), 'node'), 'lambda');
    });
  },
);
