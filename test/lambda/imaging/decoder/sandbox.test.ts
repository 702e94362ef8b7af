import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { CLAMD_SANDBOX, sandboxLibrary, SANDBOXES } from '../../../../projenrc/decoder-sandbox';
import { REQUIREMENTS, testIfMet } from '../../../support/requirements';
import { buildDecoder, buildScript, DECODER_LIMITS } from '../support/decoder-build';
import { corpusFile, buildJob, testCorpus, variant } from '../support/pipeline-samples';

jest.setTimeout(120_000);

const SECRET = 'canary-of-a-session-token';
const testLinux = testIfMet(REQUIREMENTS.linux);

let folder: string;
let script: string;
let decoder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  writeFileSync(join(folder, 'file'), 'readable');
  [script, decoder] = [await buildScript('test/lambda/imaging/decoder/sandbox.child.ts'), await buildDecoder()];
});
afterAll(
  () => [folder, dirname(script), dirname(decoder)].forEach(each => rmSync(each, { recursive: true, force: true })),
);

interface Told {
  readonly isClosed: boolean;
  readonly attempts: Record<string, string>;
  readonly changes: Record<string, string>;
}

/** Runs the child under a parent that has a secret in its environment from the start, as a function has. */
async function tried(mode: 'closed' | 'open'): Promise<Told> {
  const parent = `process.stdout.write(require('node:child_process').execFileSync(process.execPath, ${JSON.stringify([script, mode, join(folder, 'file')])}, { env: {}, stdio: ['pipe', 'pipe', 'inherit'] }))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', parent], {
    env: { ...process.env, CANARY: SECRET },
  });
  return JSON.parse(stdout) as Told;
}

testLinux(
  'a decoder that was taken over opens nothing: no environment, no memory, no file, no socket, no program',
  async () => {
    const { isClosed, attempts } = await tried('closed');
    expect(isClosed).toBe(true);
    expect(attempts).toEqual(Object.fromEntries(Object.keys(attempts).map(name => [name, 'EMFILE'])));
    expect(Object.keys(attempts)).toHaveLength(8);
    expect(existsSync(join(folder, 'file.new'))).toBe(false);
  },
);

testLinux('it changes no file by its path either, which needs no descriptor', async () => {
  writeFileSync(join(folder, 'file.spare'), 'x');
  const [closed, open] = [await tried('closed'), await tried('open')];
  expect(Object.entries(closed.changes).filter(([, outcome]) => outcome !== 'EPERM')).toEqual([]);
  expect(Object.entries(open.changes).filter(([, outcome]) => outcome !== 'undefined')).toEqual([]);
});

testLinux('without a sandbox it opens all of them, so these attempts can succeed', async () => {
  const { attempts } = await tried('open');
  expect(attempts).toEqual({
    'environment of its parent': SECRET,
    'memory of its parent': 'true',
    'a file': 'readable',
    'a new file': 'undefined',
    'a program': 'ended with 0',
    'a connection': 'ECONNREFUSED',
    'a server': 'listens',
    'a file in the place of another': 'readable',
  });
});

/** A small file, and one that libvips would decode into a file. `corpus` has formats that sharp does not write. */
async function samples(): Promise<Buffer[]> {
  const small = sharp({ create: { width: 90, height: 60, channels: 3, background: '#2468ac' } });
  const large = sharp({ create: { width: 6500, height: 6500, channels: 3, background: '#2468ac' } });
  const frames = await Promise.all([small.clone().negate().png().toBuffer(), small.clone().png().toBuffer()]);
  const animation = sharp(frames, { join: { animated: true } });
  return Promise.all([
    small.clone().jpeg(), small.clone().jpeg({ progressive: true }), small.clone().png(), small.clone().webp(),
    small.clone().avif({ effort: 0 }), animation.clone().gif(), animation.clone().webp(),
    large.clone().webp({ effort: 0 }),
  ].map(image => image.toBuffer()));
}

const VARIANTS = [
  variant(64, ['webp'], { name: 'a', animated: true }), variant(48, ['jpeg'], { name: 'b', fit: 'cover' }),
  variant(32, ['avif'], { name: 'c' }),
];

async function expectSame(images: readonly Buffer[]): Promise<void> {
  const open = await buildDecoder();
  SANDBOXES.forEach(architecture => rmSync(join(dirname(open), `sandbox-${architecture}.node`)));
  const opened: string[] = [];
  const pools = [decoder, open].map(
    each => new DecoderPool({ script: each, limits: DECODER_LIMITS, onOpen: () => opened.push(each) }),
  );
  try {
    for (const bytes of images) {
      const [closed, other] = await Promise.all(pools.map(async pool => pool.decode(buildJob(bytes, VARIANTS))));
      expect({ ...closed, times: undefined }).toEqual({ ...other, times: undefined });
    }
    expect(opened).toEqual([open]);
  } finally {
    pools.forEach(pool => pool.close());
    rmSync(dirname(open), { recursive: true });
  }
}

testLinux(
  'images of every kind, and one of 100 MB of pixels, become the same bytes with and without a sandbox', async () => {
    await expectSame(await samples());
  },
);

testCorpus('so does HEIC', async () => {
  await expectSame([corpusFile('4b2ce727f0939449').bytes()]);
});

testLinux(
  'a real decoder may open 0 files and has a filter of system calls, on all its threads, before its first image',
  async () => {
    const pool = new DecoderPool({ script: decoder, limits: DECODER_LIMITS });
    try {
      await pool.decode(buildJob(
        await sharp({ create: { width: 9, height: 6, channels: 3, background: '#2468ac' } }).png().toBuffer(), VARIANTS,
      ));
      const [{ child: { pid } }] = [...(pool as unknown as { children: Set<{ child: { pid: number } }> }).children];
      expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max open files +0 +0 /m);
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NoNewPrivs:\t1\nSeccomp:\t2$/m);
    } finally {
      pool.close();
    }
  },
);

/** Runs a filter as the kernel does, for the instructions in use (seccomp(2), "linux/filter.h"). */
function verdict(filter: Buffer, call: number, architecture: number, first = 0): number {
  let loaded = 0;
  for (let at = 0; ; at++) {
    const [code, ifTrue, ifFalse, operand] = [
      filter.readUInt16LE(8 * at), filter[8 * at + 2], filter[8 * at + 3], filter.readUInt32LE(8 * at + 4),
    ];
    if (code === 0x06) return operand;
    if (code === 0x20) loaded = { 0: call, 4: architecture, 16: first }[operand]!;
    else at += (code === 0x15 ? loaded === operand : loaded >= operand) ? ifTrue : ifFalse;
  }
}

/** System call numbers of Linux: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h. */
const CALLS = {
  x64: {
    architecture: 0xc000003e,
    denied: [101, 310, 311, 59, 322, 438],
    changes: [76, 82, 87, 258, 263, 316],
    allowed: [0, 1, 9, 56, 57, 62, 202, 231, 435],
  },
  arm64: {
    architecture: 0xc00000b7,
    denied: [117, 270, 271, 221, 281, 438],
    changes: [5, 35, 38, 45, 276],
    allowed: [63, 64, 222, 220, 129, 98, 94, 435],
  },
};

test.each([['x64', 41], ['arm64', 198]] as const)(
  'on %s clamd has sockets of Unix and no others, besides', (architecture, socket) => {
    const library = sandboxLibrary(architecture, CLAMD_SANDBOX);
    const filter = library.subarray(library.indexOf(Buffer.from('2000000004000000', 'hex')));
    const { architecture: own, denied, allowed, changes } = CALLS[architecture];
    const families = { UNIX: 1, INET: 2, INET6: 10, NETLINK: 16, PACKET: 17, VSOCK: 40 };
    const open = Object.entries(families).filter(([, family]) => verdict(filter, socket, own, family) === 0x7fff0000);
    expect(open.map(([name]) => name)).toEqual(['UNIX']);
    for (const call of [...denied, 425]) expect([call, verdict(filter, call, own)]).toEqual([call, 0x00050001]);
    for (const call of [...allowed.filter(each => each !== 435), ...changes]) {
      expect([call, verdict(filter, call, own)]).toEqual([call, 0x7fff0000]);
    }
  },
);

test.each(SANDBOXES)(
  'on %s it neither reads other processes, starts programs nor changes files, and may do what decoding needs',
  architecture => {
    const library = sandboxLibrary(architecture);
    const filter = library.subarray(library.indexOf(Buffer.from('2000000004000000', 'hex')));
    const { architecture: own, denied, allowed, changes } = CALLS[architecture];
    const EPERM = 0x00050001;
    for (const call of [...denied, ...changes, 425]) expect([call, verdict(filter, call, own)]).toEqual([call, EPERM]);
    for (const call of allowed) expect([call, verdict(filter, call, own)]).toEqual([call, 0x7fff0000]);
    // The 32-bit interface and x32 have other numbers for the same calls.
    expect([verdict(filter, allowed[0], 0x40000003), verdict(filter, 0x40000000 + allowed[0], own)]).toEqual([
      EPERM, EPERM,
    ]);
  },
);
