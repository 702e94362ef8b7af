import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorpusClient, type Ending } from './client';
import { DecoderWatch } from './decoder-watch';
import { isExpected } from './expectations';
import { BOMBS, bombUploads, corpusUploads, type Upload } from './files';
import { libheifDecodes } from './libheif';
import type { Options } from './options';
import { runInParallel } from '../../local/demo/pool';
import { createProgress, type Progress } from '../../local/demo/progress';
import { makeSample } from '../../local/demo/samples';
import { ServerProcess } from '../local/support/server-process';

export interface Result extends Ending {
  readonly name: string;
  readonly verdict: string;
  readonly isExpected: boolean;
}

export interface Run {
  readonly results: readonly Result[];
  /**
   * Sends a good image right after each bomb. The local server processes two at once with one decoder. The image waits
   * for the bomb's decoder, but not in its queue.
   */
  readonly behindBombs: readonly Result[];
  readonly leaks: readonly string[];
  readonly decoders: number;
  readonly deaths: number;
  readonly decoderMiB: number;
}

/** A line of the worker's log. */
const DEATH = /a decoder ended during a decode/g;

/** Runs everything through one server, in a folder of its own. */
export async function runCorpus(options: Options): Promise<Run> {
  const data = await mkdtemp(join(tmpdir(), 'corpus-'));
  const server = new ServerProcess(['--port', '0', '--data', data]);
  const ended = server.exited.then(code => { throw new ServerCrash(code, server.output); });
  try {
    const url = await server.url();
    const watch = new DecoderWatch(server.child.pid!);
    const client = new CorpusClient(url);
    const sent = await Promise.race([send(client, options), ended]);
    watch.stop();
    const { leaks } = client;
    return {
      ...sent,
      leaks,
      decoders: watch.pids.size,
      deaths: (server.output.match(DEATH) ?? []).length,
      decoderMiB: watch.peakMiB,
    };
  } finally {
    ended.catch(() => undefined);
    await server.end('SIGTERM');
    await rm(data, { recursive: true });
  }
}

class ServerCrash extends Error {
  constructor(code: number | null, output: string) {
    super(`the service must live through every file, got: exit code ${code} after ${output.slice(-2000)}`);
  }
}

async function send(
  client: CorpusClient, { only = '', concurrency }: Options,
): Promise<Pick<Run, 'results' | 'behindBombs'>> {
  const progress = createProgress(process.stderr);
  const wanted = ({ name, verdict }: Upload): boolean => name.startsWith(only) || verdict.startsWith(only);
  const uploads = [...corpusUploads(), ...bombUploads()].filter(wanted);
  if (uploads.length === 0) throw new Error(`--only must begin a verdict or a file's name, got: ${only}`);
  const files = await sendFiles(client, uploads.filter(({ verdict }) => verdict !== BOMBS), concurrency, progress);
  const { bombs, behindBombs } = await sendBombs(client, uploads.filter(({ verdict }) => verdict === BOMBS), progress);
  return { results: [...files, ...bombs], behindBombs };
}

async function sendFiles(
  client: CorpusClient, uploads: readonly Upload[], concurrency: number, progress: Progress,
): Promise<Result[]> {
  const results: Result[] = [];
  await progress.step('files', uploads.length, async advance => runInParallel(uploads, concurrency, async upload => {
    results.push(await sendOne(client, upload));
    advance();
  }));
  return results;
}

async function sendBombs(
  client: CorpusClient, uploads: readonly Upload[], progress: Progress,
): Promise<{ bombs: Result[]; behindBombs: Result[] }> {
  const bombs: Result[] = [];
  const behindBombs: Result[] = [];
  await progress.step('bombs', uploads.length, async advance => {
    for (const [n, upload] of uploads.entries()) {
      const bomb = sendOne(client, upload);
      const good = await makeSample(n);
      const bytes = await good.read();
      behindBombs.push(await sendOne(client, {
        name: `behind ${upload.name}`,
        verdict: 'must_accept',
        type: good.contentType,
        bytes: () => bytes,
      }));
      bombs.push(await bomb);
      advance();
    }
  });
  return { bombs, behindBombs };
}

async function sendOne(client: CorpusClient, { name, verdict, type, bytes }: Upload): Promise<Result> {
  const ending = await client.send(bytes(), type);
  const decodes = verdict === 'heic' && await libheifDecodes(bytes());
  return { name, verdict, ...ending, isExpected: isExpected(verdict, ending, decodes) };
}
