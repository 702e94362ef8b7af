import { TryAgain } from '../../../lambda/domain/errors';
import { processBatch } from '../../../lambda/runtime/upload-batch';
import { logPlainly, formatPlainly } from '../../../local/server/log-lines';
import { formatAnnouncement } from '../../../src/contract';

/** Returns the terminal output of the handlers' logger. */
async function shown(write: () => Promise<unknown>): Promise<string> {
  const kept = [process.stdout, process.stderr].map(stream => [stream, stream.write] as const);
  let text = '';
  for (const [stream] of kept) {
    stream.write = ((chunk: string) => { text += chunk; return true; }) as typeof stream.write;
  }
  try {
    logPlainly();
    await write();
    return text;
  } finally {
    for (const [stream, original] of kept) stream.write = original;
  }
}

async function failingTry(receives: number): Promise<unknown> {
  const { logger } = await import('../../../lambda/runtime/telemetry');
  const record = {
    messageId: 'm1',
    body: formatAnnouncement('originals/_/alice/01JD/nonce'),
    attributes: { ApproximateReceiveCount: `${receives}` },
  };
  return processBatch({ Records: [record] } as never, {
    bucket: 'b',
    maxReceives: 5,
    hiddenMs: 90_000,
    timeoutMs: 60_000,
    longestMs: 0,
    remainingMs: () => 60_000,
    logger,
    giveBack: async () => undefined,
    process: async () => { throw new TryAgain('storage is throttled', { cause: Object.assign(new Error('secret'), { name: 'SlowDown' }) }); },
  });
}

test('a failed try is one line that names the next step', async () => {
  expect(await shown(async () => failingTry(1))).toBe(
    'image 01JD: try 1 of 5 failed: storage is throttled (SlowDown); retry in 90 s\n',
  );
  expect(await shown(async () => failingTry(5))).toBe(
    'image 01JD: try 5 of 5 failed: storage is throttled (SlowDown); moving its message to the dead-letter queue\n',
  );
});

test('DEBUG keeps the JSON lines', async () => {
  process.env.POWERTOOLS_LOG_LEVEL = 'DEBUG';
  try {
    expect(JSON.parse(await shown(async () => failingTry(1)))).toMatchObject({
      image_id: '01JD',
      error: { stack: expect.any(String) },
    });
  } finally {
    delete process.env.POWERTOOLS_LOG_LEVEL;
  }
});

test('other lines of the logger keep their facts, and foreign text stays unchanged', () => {
  const line = {
    level: 'WARN',
    message: 'a decoder ended during a decode',
    timestamp: 't',
    service: 's',
    death: 'memory',
    error: { message: 'no', stack: '…' },
  };
  expect(formatPlainly(`${JSON.stringify(line)}\n`)).toBe(
    'WARN: a decoder ended during a decode (death: memory): no\n',
  );
  for (const text of ['✓ start\n', '{"level":', '{"level":1}', '{"a":1}\n', '']) expect(formatPlainly(text)).toBe(text);
});
