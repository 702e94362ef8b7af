import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './compiled';

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

interface Workflow {
  readonly jobs: Record<string, {
    readonly permissions: Record<string, string>;
    readonly strategy?: { readonly matrix: Record<string, string[]> };
    readonly steps: { readonly run?: string; readonly uses?: string }[];
  }>;
}

test(
  'the one workflow runs .ci/run on the oldest supported Node and on that of the functions, with read permission alone',
  () => {
    expect(readdirSync(join(ROOT, '.github', 'workflows'))).toEqual(['ci.yml']);
    const { jobs } = parse(read('.github', 'workflows', 'ci.yml')) as Workflow;
    const [job, ...others] = Object.values(jobs);
    expect(others).toEqual([]);
    expect(job.permissions).toEqual({ contents: 'read' });
    expect(job.steps.flatMap(({ run }) => run ?? [])).toEqual(['bash .ci/run']);
    const oldest = /(\d+)\./.exec((JSON.parse(read('package.json')) as { engines: { node: string } }).engines.node)![1];
    const [, deployed] = /target: 'node(\d+)'/.exec(read('projenrc', 'scripts.ts'))!;
    expect(job.strategy!.matrix).toEqual({ node: [oldest, deployed] });
  },
);

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: Field[];
}

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: { readonly label?: string; readonly value?: string; readonly options?: string[] };
}

/**
 * https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
 */
test.each(['bug.yml', 'feature.yml'])('the issue form %s follows the schema of GitHub', file => {
  const { name, description, body } = parse(read('.github', 'ISSUE_TEMPLATE', file)) as Form;
  expect([name, description].filter(text => !text)).toEqual([]);
  const fields = body.filter(({ type }) => type !== 'markdown');
  expect(fields.length).toBeGreaterThan(2);
  expect(fields.filter(({ type, id, attributes }) => !['textarea', 'input', 'dropdown', 'checkboxes'].includes(type)
    || !id || !attributes.label)).toEqual([]);
  expect(fields.filter(({ type, attributes }) => type === 'dropdown' && (attributes.options ?? []).length < 2))
    .toEqual([]);
  expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
  expect(body.filter(({ type, attributes }) => type === 'markdown' && !attributes.value)).toEqual([]);
});

test('vulnerabilities are reported through GitHub: no document names an address of e-mail', () => {
  const links = (parse(read('.github', 'ISSUE_TEMPLATE', 'config.yml')) as {
    contact_links: { url: string }[];
  }).contact_links.map(({ url }) => url);
  const { repository } = JSON.parse(read('package.json')) as { repository: { url: string } };
  expect(links).toEqual([`${repository.url.replace(/\.git$/, '')}/security/advisories/new`]);
  const files = execFileSync('git', ['ls-files', '*.md', '.github'], { cwd: ROOT, encoding: 'utf8' }).trim().split(
    '\n',
  );
  expect(files.filter(file => /[\w.+-]+@[\w-]+\.(com|org|net|io|dev)\b/.test(read(file)))).toEqual([]);
});

test('editor settings match the formatter', () => {
  const { rules } = JSON.parse(read('.eslintrc.json').replace(/^\/\/.*$/gm, '')) as {
    rules: Record<string, [string, unknown]>;
  };
  const settings = new Map(read('.editorconfig')
    .split('\n')
    .filter(line => line.includes('='))
    .map(line => line.split('=').map(part => part.trim()) as [string, string])
    .reverse());
  expect(settings.get('indent_size')).toBe(String(rules['@stylistic/indent'][1]));
  expect(settings.get('max_line_length')).toBe(String((rules['@stylistic/max-len'][1] as { code: number }).code));
  const editor = JSON.parse(read('.vscode', 'settings.json')) as Record<string, unknown>;
  expect(editor['typescript.preferences.quoteStyle']).toBe(rules['@stylistic/quotes'][1]);
  expect(editor['editor.formatOnSave']).toBe(false);
});

test('the changelog says that nothing is released while the version is 0.0.0', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const headings = read('CHANGELOG.md').split('\n').filter(line => line.startsWith('## '));
  expect(headings[0]).toBe('## [Unreleased]');
  expect(headings.length > 1).toBe(version !== '0.0.0');
});
