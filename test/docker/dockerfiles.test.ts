import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IgnoreStrategy } from 'aws-cdk-lib';
import { readCompose, ROOT } from './compose';
import { execForm, readStages, type Stage } from './dockerfile';

function findLastStage(file: string): Stage {
  return readStages(join(ROOT, file)).at(-1)!;
}

function listValues({ instructions }: Stage, keyword: string): string[] {
  return instructions.filter(instruction => instruction.keyword === keyword).map(({ text }) => text);
}

describe.each(['Dockerfile', 'Dockerfile.lambda', 'Dockerfile.clamav'])('%s', file => {
  const stages = readStages(join(ROOT, file));
  const external = stages.map(({ base }) => base).filter(base => !stages.some(({ name }) => name === base));

  test('begins with images of an exact version', () => {
    const versions = external.filter(base => base !== 'scratch');
    expect(versions.length).toBeGreaterThan(0);
    for (const base of versions) {
      expect(base).toMatch(/^(node:\d+\.\d+\.\d+-bookworm-slim|public\.ecr\.aws\/lambda\/nodejs:24(\.\d+){4})$/);
    }
  });

  test('runs nothing in the last stage: no tool that builds is in what it makes', () => {
    expect(stages.length).toBeGreaterThan(1);
    expect(listValues(stages.at(-1)!, 'RUN')).toEqual([]);
    expect(execForm(listValues(stages.at(-1)!, 'CMD')[0]).length).toBeGreaterThan(0);
  });

  test('copies only what .dockerignore lets through', () => {
    const ignore = IgnoreStrategy.docker(
      ROOT, readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n').filter(line => line && !line.startsWith('#')),
    );
    const copied = stages.flatMap(
      ({ instructions }) => instructions.filter(({ keyword, flags }) => keyword === 'COPY' && !flags.from),
    );
    const sources = copied.flatMap(({ text }) => text.split(/\s+/).slice(0, -1));
    expect(sources.length).toBeGreaterThan(1);
    expect(sources.filter(source => ignore.completelyIgnores(join(ROOT, source)))).toEqual([]);
    for (const secret of ['.git/config', '.local/server.pid', '.env', 'node_modules/esbuild/package.json', 'tmp/x']) {
      expect(ignore.ignores(join(ROOT, secret))).toBe(true);
    }
  });
});

describe('Dockerfile', () => {
  const stages = readStages(join(ROOT, 'Dockerfile'));
  const base = stages.find(({ name }) => name === findLastStage('Dockerfile').base)!;

  test('runs as another user than root, and can say whether it is healthy', () => {
    expect(listValues(findLastStage('Dockerfile'), 'USER')).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
    expect(listValues(base, 'HEALTHCHECK')).toHaveLength(1);
  });

  test('listens where docker-compose.yml looks for it', () => {
    const port = readCompose('docker-compose.yml').services['image-service'].ports![0].split(':').at(-1);
    expect(listValues(base, 'EXPOSE')).toEqual([port]);
    // Clients outside a container cannot reach its loopback address.
    expect(listValues(findLastStage('Dockerfile'), 'CMD')[0]).toContain('"--host", "0.0.0.0"');
    expect(listValues(base, 'HEALTHCHECK')[0]).toContain(`http://127.0.0.1:${port}/`);
  });

  test('has the stage that docker-compose.dev.yml builds', () => {
    const { build } = readCompose('docker-compose.dev.yml').services['image-service'];
    expect(stages.map(({ name }) => name)).toContain((build as { target: string }).target);
  });
});

test('Dockerfile and Dockerfile.lambda take their packages in the same steps, so that Docker does it once', () => {
  const steps = ['Dockerfile', 'Dockerfile.lambda'].map(
    file => readStages(join(ROOT, file)).flatMap(({ instructions }) => instructions)
      .filter(({ keyword }) => ['WORKDIR', 'COPY', 'RUN'].includes(keyword)).slice(0, 3).map(
        ({ keyword, text }) => `${keyword} ${text}`,
      ),
  );
  expect(steps[0]).toEqual(steps[1]);
});
