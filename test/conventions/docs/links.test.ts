import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../compiled';
import { DOCUMENTS, readText } from '../documents';
import { listCode } from '../writing/sources';

/** GitHub's rule: lower case, blanks become hyphens, and other punctuation is removed. */
function listAnchors(page: string): string[] {
  const headings = [...page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return headings.map(heading => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

/** Links to files that the package leaves out are absolute. */
const OURS = /^https:\/\/github\.com\/cdk-image-service\/cdk-image-service\/(?:tree|blob)\/main\//;

/** The file in this repository that a link leads to; undefined for links to other sites. */
function findTarget(page: string, path: string): string | undefined {
  if (OURS.test(path)) return join(ROOT, path.replace(OURS, ''));
  if (/^[a-z]+:/.test(path)) return undefined;
  return join(ROOT, path === '' ? page : join(dirname(page), path));
}

test.each(DOCUMENTS)('every link of %s leads to a file, and to a heading where it names one', page => {
  const links = [...readText(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  const broken = links.filter(link => {
    const [path, anchor] = link.split('#');
    const file = findTarget(page, path);
    if (file === undefined) return false;
    return !existsSync(file) || (anchor !== undefined && !listAnchors(readFileSync(file, 'utf8')).includes(anchor));
  });
  expect(broken).toEqual([]);
});

/** Lists paths in backticks. */
const PATH =
  /`((?:src|lambda|local|cli|test|integ|benchmarks|projenrc|examples|decisions|docs)\/[\w./-]*|Dockerfile\.\w+)`/g;

test('every file and folder that a document names is there', () => {
  const named = DOCUMENTS.flatMap(
    document => [...readText(document).matchAll(PATH)].map(([, path]) => ({ document, path })),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ document }) => document === 'ARCHITECTURE.md').length).toBeGreaterThan(20);
  expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every log message that a document quotes is in the code', () => {
  const code = listCode(['lambda']).map(file => readFileSync(join(ROOT, file), 'utf8')).join('\n');
  const quoted = DOCUMENTS.flatMap(document => [
    ...readText(document).matchAll(/`((?:a|the|message) [a-z][a-z,; \n]{10,})`/g),
  ].map(([, message]) => message.replace(/\s+/g, ' ')));
  expect(quoted.length).toBeGreaterThan(2);
  expect(quoted.filter(message => !code.includes(message))).toEqual([]);
});
