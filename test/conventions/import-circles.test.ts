import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { preProcessFile } from 'typescript';
import { ROOT } from './compiled';
import { listCode } from './writing/sources';

type Graph = ReadonlyMap<string, readonly string[]>;

/** Relative imports between files. Type-only imports count, although ESLint's import/no-cycle ignores them. */
function buildGraph(sources: ReadonlyMap<string, string>): Graph {
  return new Map([...sources].map(([file, text]) => {
    const paths = preProcessFile(text).importedFiles.map(({ fileName }) => fileName).filter(
      name => name.startsWith('.'),
    );
    return [file, paths.map(path => resolve(sources, file, path)).filter(found => found !== undefined)];
  }));
}

function resolve(sources: ReadonlyMap<string, string>, from: string, path: string): string | undefined {
  const target = posix.join(posix.dirname(from), path);
  return [target, `${target}.ts`, posix.join(target, 'index.ts')].find(file => sources.has(file));
}

/** Searches depth first. An import of a file on the current path closes a circle. */
function findCircles(graph: Graph): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (way.includes(file) || done.has(file)) return;
    for (const imported of graph.get(file) ?? []) visit(imported, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}

test('no file imports itself through other files, not even for a type', () => {
  expect(findCircles(buildGraph(new Map(listCode().map(file => [file, readFileSync(join(ROOT, file), 'utf8')])))))
    .toEqual([]);
});

test.each([
  ['a type', "import type { B } from './b';"],
  ['a value', "import { b } from './b';"],
  ['an inline type', "type B = import('./b').B;"],
  ['an export', "export * from './b';"],
  ['an import at run time', "const b = () => import('./b');"],
])('finds a circle through %s', (_, line) => {
  const sources = new Map([
    ['src/a.ts', line], ['src/b.ts', "import { c } from './c';"], ['src/c/index.ts', "import '../a';"],
  ]);
  expect(findCircles(buildGraph(sources))).toEqual(['src/a.ts → src/b.ts → src/c/index.ts → src/a.ts']);
});
