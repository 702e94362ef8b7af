import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './compiled';

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'integ/README.md', ...readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)];

/** GitHub's: lower case, blanks become hyphens, and other signs go. */
function anchorsOf(page: string): string[] {
  const headings = [...page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return headings.map(heading => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

test.each(PAGES)('every link of %s leads to a file, and to a heading where it names one', page => {
  const links = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter(link => !/^[a-z]+:/.test(link));
  const broken = links.filter(link => {
    const [path, anchor] = link.split('#');
    const file = join(ROOT, path === '' ? page : join(dirname(page), path));
    return !existsSync(file) || (anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test('every path that ARCHITECTURE.md names in code leads to a file or folder', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const paths = [...text.matchAll(/`((?:src|lambda|local|cli|test|projenrc|docs)\/[\w./-]*)`/g)].map(([, path]) => path);
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter(path => !existsSync(join(ROOT, path)))).toEqual([]);
});
