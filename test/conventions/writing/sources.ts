import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { ROOT } from '../compiled';

/** Folders of our own TypeScript. */
export const FOLDERS = [
  'src', 'lambda', 'local', 'cli', 'integ', 'benchmarks', 'projenrc', 'examples', 'test',
] as const;

/** Generated documents, and documents in the words of others. */
const OTHER_DOCUMENTS = /^(API|CHANGELOG|CODE_OF_CONDUCT)\.md$|node_modules/;

/** Tracked files and new ones that Git does not ignore. */
export function listFiles(...patterns: string[]): string[] {
  const output = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return [...new Set(output.split('\n').filter(Boolean))].sort();
}

export function listCode(folders: readonly string[] = FOLDERS): string[] {
  return listFiles(...folders).filter(
    file => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('snapshot'),
  );
}

export function listDocuments(): string[] {
  return listFiles('*.md').filter(file => !OTHER_DOCUMENTS.test(file) && !file.includes('snapshot'));
}

export function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

export interface Text {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Comments of a file, without their marks and without code in backticks. */
export function readComments(file: string): Text[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const parsed = parse(file);
  const found = new Map<number, Text>();
  const visit = (node: ts.Node): void => {
    for (const range of [
      ...ts.getLeadingCommentRanges(source, node.pos) ?? [], ...ts.getTrailingCommentRanges(source, node.end) ?? [],
    ]) {
      const line = parsed.getLineAndCharacterOfPosition(range.pos).line + 1;
      found.set(range.pos, { file, line, text: stripMarks(source.slice(range.pos, range.end)) });
    }
    node.getChildren(parsed).forEach(visit);
  };
  visit(parsed);
  return [...found.values()];
}

function stripMarks(comment: string): string {
  const lines = comment.replace(/^\/\*+|\*\/$/g, '').split('\n').map(line => line.replace(/^\s*(\*|\/\/)\s?/, ''));
  return stripCode(lines.join('\n'));
}

/** Prose of a document: without code blocks, code in backticks, addresses of links and HTML. */
export function readDocument(file: string): Text {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<[^>]+>/g, '')
    .replace(/\]\([^)]*\)/g, ']');
  return { file, line: 1, text: stripCode(prose) };
}

function stripCode(text: string): string {
  return text.replace(/`[^`\n]*`/g, 'code').replace(/https?:\/\/\S+/g, 'address');
}

export function countWords(text: string): number {
  return text.match(/[A-Za-z]+/g)?.length ?? 0;
}
