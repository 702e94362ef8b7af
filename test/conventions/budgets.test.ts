import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { ROOT } from './compiled';

interface Measure {
  readonly name: string;
  readonly lines: number;
}

/** Tables of data, as long as their subject requires. */
const EXEMPT = /^src\/contract\//;

const TREES = ['src', 'lambda', 'local'];

function listFiles(tree: string): string[] {
  if (!existsSync(join(ROOT, tree))) return [];
  const files = readdirSync(join(ROOT, tree), { recursive: true, encoding: 'utf8' });
  return files.filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts')).map(file => `${tree}/${file}`);
}

const shipped = TREES.flatMap(listFiles).filter(file => !EXEMPT.test(file));

function measureLength(file: string): Measure {
  return { name: file, lines: readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length };
}

/** Functions with a body, by file and line. */
function measureFunctions(file: string): Measure[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const readLine = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: Measure[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const start = readLine(node.getStart(source));
      found.push({ name: `${file}:${start}`, lines: readLine(node.getEnd()) - start + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function median(measures: Measure[]): number {
  const sorted = measures.map(({ lines }) => lines).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function over(measures: Measure[], limit: number): Measure[] {
  return measures.filter(({ lines }) => lines > limit);
}

test('files have at most 300 lines, the median 120', () => {
  const everywhere = [...shipped, ...['test', 'projenrc', 'examples', 'benchmarks', 'integ'].flatMap(listFiles)].map(
    measureLength,
  );
  expect(over(everywhere, 300)).toEqual([]);
  expect(median(everywhere)).toBeLessThanOrEqual(120);
});

test('ESLint holds code and comments to 120 columns, and no folder is exempt', () => {
  const { rules, overrides } = JSON.parse(
    readFileSync(join(ROOT, '.eslintrc.json'), 'utf8').replace(/^\/\/.*$/gm, ''),
  ) as { rules: Record<string, unknown>; overrides: { rules?: Record<string, unknown> }[] };
  expect(rules['@stylistic/max-len']).toEqual(['error', {
    code: 120,
    ignoreUrls: true,
    ignoreStrings: true,
    ignoreTemplateLiterals: true,
    ignoreRegExpLiterals: true,
  }]);
  expect(overrides.filter(override => '@stylistic/max-len' in (override.rules ?? {}))).toEqual([]);
});

test('functions have at most 40 lines, the median 12', () => {
  const functions = shipped.flatMap(measureFunctions);
  expect(functions.length).toBeGreaterThan(100);
  expect(over(functions, 40)).toEqual([]);
  expect(median(functions)).toBeLessThanOrEqual(12);
});

test('handlers have at most 30 lines', () => {
  expect(over(shipped.filter(file => file.endsWith('.lambda.ts')).map(measureLength), 30)).toEqual([]);
});

test('the API bundle has at most 640 kB with logger and metrics, and no sharp in it', () => {
  const bundle = readFileSync(join(ROOT, 'assets', 'api', 'index.js'));
  expect(bundle.length).toBeLessThanOrEqual(640_000);
  expect(bundle.includes('sharp')).toBe(false);
});

test('the authorizer bundle has at most 70 kB, and nothing of the SDK in it', () => {
  const bundle = readFileSync(join(ROOT, 'assets', 'authorizer', 'index.js'), 'utf8');
  expect(bundle.length).toBeLessThanOrEqual(70_000);
  expect(bundle).not.toContain('@smithy');
  expect(bundle).not.toMatch(/dynamodb/i);
});
