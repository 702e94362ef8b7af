import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './compiled';

/** Documents that generators write, and forms. */
const OTHERS = /^(API\.md|CHANGELOG\.md|\.github\/)/;

/** Every document that people write, as a path from the root. */
export const DOCUMENTS = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n').filter(path => path !== '' && !OTHERS.test(path));

export interface Snippet {
  readonly document: string;
  readonly language: string;
  readonly code: string;
}

export function readText(document: string): string {
  return readFileSync(join(ROOT, document), 'utf8');
}

/** The code between fences. */
export function listSnippets(document: string): Snippet[] {
  return [...readText(document).matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)].map(
    ([, language, code]) => ({ document, language, code }),
  );
}

/** The code of a document's snippets in one language, in order. */
export function listCode(document: string, language: string): string[] {
  return listSnippets(document).filter(snippet => snippet.language === language).map(({ code }) => code);
}

/** The lines of a shell snippet, with continued lines joined. */
export function splitLines(code: string): string[] {
  return code.replace(/\\\n/g, '').split('\n').map(line => line.trim()).filter(
    line => line !== '' && !line.startsWith('#'),
  );
}
