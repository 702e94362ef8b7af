import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELP } from '../../../local/options';
import { HELP as TOKEN_HELP } from '../../../local/token/options';
import { ROOT } from '../compiled';
import { listCode, DOCUMENTS, splitLines, listSnippets, readText } from '../documents';
import { findFaults } from '../shell-commands';
import { findTypeErrors } from '../typescript';

/** The drawings in it have no language. */
const DRAWN = 'ARCHITECTURE.md';

const SNIPPETS = DOCUMENTS.filter(document => document !== DRAWN).flatMap(listSnippets);

/** The check for each language. `text` is for drawings and for queries that cannot run here. */
const LANGUAGES = {
  ts: 'compiled',
  bash: 'run',
  sh: 'checked by their commands',
  json: 'parsed',
  mermaid: 'shown',
  text: 'shown',
};

/** The tests that run the bash snippets of a document. */
const RUN_BY: Record<string, string> = {
  'README.md': 'test/conventions/docs/readme.test.ts',
  'docs/http-api.md': 'test/conventions/docs/readme.test.ts',
  'docs/aws.md': 'test/conventions/docs/aws-page.test.ts',
  'docs/delivery.md': 'test/conventions/docs/delivery-page.test.ts',
  'docs/sharing.md': 'test/conventions/docs/sharing-page.test.ts',
  'docs/emulators.md': 'integ/emulators/specs/emulators-page.test.ts',
};

test('every snippet names a language, and so how it is tested', () => {
  expect(SNIPPETS.length).toBeGreaterThan(40);
  expect(SNIPPETS.filter(({ language }) => !(language in LANGUAGES)).map((
    { document, code },
  ) => `${document}: ${code.split('\n')[0]}`)).toEqual([]);
});

test('no code is only indented, where no test would find it', () => {
  const indented = DOCUMENTS.filter(
    document => /\n\n {4}\S/.test(readText(document).replace(/^```[\s\S]*?^```$/gm, '')),
  );
  expect(indented.filter(document => document !== DRAWN)).toEqual([]);
});

test('every TypeScript snippet compiles, and one that went stale would not', () => {
  const examples = SNIPPETS.filter(({ language }) => language === 'ts');
  const stale = "import { ImageServices } from 'cdk-image-service'; new ImageServices();";
  const errors = findTypeErrors([...examples.map(({ code }) => code), stale]);
  expect(examples.length).toBeGreaterThan(12);
  expect(examples.map(({ document, code }, i) => ({ document, code, errors: errors[i] }))
    .filter(example => example.errors.length > 0)).toEqual([]);
  expect(errors.at(-1)).not.toEqual([]);
}, 120_000);

test('a test runs the bash snippets of each document', () => {
  const documents = [
    ...new Set(SNIPPETS.filter(({ language }) => language === 'bash').map(({ document }) => document)),
  ];
  expect(documents.sort()).toEqual(Object.keys(RUN_BY).sort());
  for (const [document, file] of Object.entries(RUN_BY)) {
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(document.split('/').at(-1)!);
  }
});

test('every JSON snippet is JSON', () => {
  for (const code of DOCUMENTS.flatMap(document => listCode(document, 'json'))) {
    expect(() => JSON.parse(code) as unknown).not.toThrow();
  }
});

describe('the commands in sh snippets', () => {
  const shell = SNIPPETS.filter(({ language }) => language === 'sh');

  test('name scripts, options, files and folders that are there, or say that they need an account', () => {
    expect(shell.flatMap((
      { document, code },
    ) => splitLines(code).flatMap(line => findFaults(line).map(fault => `${document}: ${fault}`)))).toEqual([]);
  });

  test('a script, option, file or AWS command that is wrong is found', () => {
    expect([
      'npm run nothing', 'npm start -- --nothing', 'npx jest test/nothing', 'bash nothing', 'cd nothing', 'aws s3 ls',
      'nothing', 'npx cdk-image-service nothing',
    ]
      .filter(line => findFaults(line).length === 0)).toEqual([]);
  });

  test('can be pasted together: one that does not return is the last of its snippet', () => {
    const endless = /^(npm start(?!.*--help)|npm ci && npm start|.*\bministack$|docker compose logs -f)/;
    const early = SNIPPETS.filter(
      ({ language, document }) => ['sh', 'bash'].includes(language) && document !== 'CONTRIBUTING.md',
    )
      .flatMap(({ document, code }) => splitLines(code).slice(0, -1).filter(line => endless.test(line)).map(
        line => `${document}: ${line}`,
      ));
    expect(early).toEqual([]);
  });
});

test('docs/local.md lists the options of `npm start` and `npm run token`, and no others', () => {
  const listOptions = (pattern: RegExp, text: string): string[] =>
    [...text.matchAll(pattern)].map(([, option]) => option).sort();
  const shown = listOptions(/^ {2}(--[a-z-]+)/gm, `${HELP}\n${TOKEN_HELP}`);
  expect(listOptions(/^\| `(--[a-z-]+)/gm, readText('docs/local.md'))).toEqual(shown);
});
