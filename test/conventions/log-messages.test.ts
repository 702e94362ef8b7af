import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './compiled';
import { readText } from './documents';
import { SAVED_QUERIES } from '../../src/monitoring/saved-queries';

const CALL = /\b(?:log|logger)\s*\.(debug|info|warn|error)\(\s*(?:'((?:[^'\\]|\\.)*)'|[^)\s])/g;

/** The messages of all log calls, with their levels; undefined for a message that is no plain text. */
function listMessages(): (readonly [string | undefined, string])[] {
  const folder = join(ROOT, 'lambda');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  return files.flatMap(file => [...readFileSync(join(folder, file), 'utf8').matchAll(CALL)]
    .map(([, level, message]) => [message, level.toUpperCase()] as const));
}

/** The rows of the tables in the section of logs: the code in their first cell, and their second cell. */
function listRows(heading: string): (readonly [string, string])[] {
  const [, section] = readText('docs/operations.md').split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [own] = section.split(/^#+ /m);
  return [...own.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(([, first, second]) => [first, second] as const);
}

test('each message of a log line is a plain text with one level', () => {
  const messages = listMessages();
  expect(messages.length).toBeGreaterThan(40);
  expect(messages.filter(([message]) => message === undefined)).toEqual([]);
  const pairs = new Set(messages.map(pair => pair.join('\t')));
  expect(pairs.size).toBe(new Set(messages.map(([message]) => message)).size);
});

test('docs/operations.md lists each message with its level, and no other', () => {
  const unique = new Map(listMessages());
  expect(listRows('Logs').sort()).toEqual([...unique].sort());
});

test('docs/operations.md lists each saved query', () => {
  expect(listRows('Saved queries').map(([name]) => name)).toEqual(SAVED_QUERIES.map(({ name }) => name));
});
