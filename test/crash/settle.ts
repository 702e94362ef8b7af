import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { USERS } from './load';
import { ObservedClient } from './observed-client';
import type { History } from '../audit/history';
import type { Walk } from '../audit/walk-rules';
import type { Command } from '../environments/local-server-process';

const ENTRY = join(__dirname, '..', 'environments', 'local-server-process.ts');

/**
 * An upload without bytes takes three sweeps: it expires, it is cleared an hour later, and the last sweep settles it.
 */
const VISITS = 4;
const HOUR_AND_MORE_MS = 66 * 60_000;

/** How far the clock is advanced. */
export const SETTLING_MS = VISITS * HOUR_AND_MORE_MS;

/** Advances time and runs the sweeper until nothing is due, and then reads the lists. */
export async function settle(dataDir: string, history: History): Promise<Walk[]> {
  const child = fork(ENTRY, [dataDir, JSON.stringify({ processing: true })], { execArgv: ['--import', 'tsx'] });
  try {
    const url = await answer(child);
    for (let i = 0; i < VISITS; i++) await order(child, { advance: HOUR_AND_MORE_MS });
    const walks = await Promise.all(USERS.map(async user => walk(new ObservedClient(url, user, history))));
    await order(child, 'stop');
    return walks.flat();
  } finally {
    child.kill('SIGKILL');
  }
}

async function walk(client: ObservedClient): Promise<Walk[]> {
  const owner = client.user;
  return [
    { owner, descending: true, pages: await client.walk('limit=100') },
    { owner, descending: false, pages: await client.walk('order=asc&limit=7') },
    { owner, descending: true, tags: ['cat'], pages: await client.walk('tag=cat&limit=10') },
    { owner, descending: true, tags: ['cat', 'dog'], pages: await client.walk('tag=cat&tag=dog&limit=10') },
  ];
}

async function order(child: ChildProcess, message: Command): Promise<void> {
  child.send(message);
  await answer(child);
}

async function answer(child: ChildProcess): Promise<string> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the settling server ended with code ${code}`);
  });
  ended.catch(() => {});
  const [message] = await Promise.race([once(child, 'message') as Promise<[string]>, ended]);
  return message;
}
