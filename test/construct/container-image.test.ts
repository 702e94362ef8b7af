import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Size, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { listStatements, synthesize } from './synth';
import { Compute, ImageService, Processing, Scanner } from '../../src';

const ROOT = join(__dirname, '..', '..');

interface DockerAsset {
  readonly source: {
    readonly directory: string;
    readonly dockerFile: string;
    readonly platform: string;
    readonly dockerBuildArgs: Record<string, string>;
  };
}

/** The image assets of an app with one service, as in the manifest for `cdk deploy`, and their folder. */
function assemble(compute: Compute, outdir: string, processing?: Processing): Record<string, DockerAsset> {
  const app = new App({ outdir });
  new ImageService(new Stack(app, 'Stack'), 'Images', { compute, processing });
  app.synth();
  const { dockerImages } = JSON.parse(readFileSync(join(outdir, 'Stack.assets.json'), 'utf8')) as {
    dockerImages: Record<string, DockerAsset>;
  };
  return dockerImages;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

let folders: string[];
beforeEach(() => {
  folders = [mkdtempSync(join(tmpdir(), 'image-')), mkdtempSync(join(tmpdir(), 'image-'))];
});
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('the asset', () => {
  test('is one for all functions, built for their processor', () => {
    const assets = Object.values(assemble(Compute.containerImage(), folders[0]));
    expect(assets.map(({ source }) => source)).toEqual([
      expect.objectContaining({
        dockerFile: 'Dockerfile.lambda',
        platform: 'linux/arm64',
        dockerBuildArgs: { HANDLERS: 'packed' },
      }),
    ]);
    const [x86] = Object.values(
      assemble(Compute.containerImage({ architecture: lambda.Architecture.X86_64 }), folders[1]),
    );
    expect(x86.source.platform).toBe('linux/amd64');
  });

  test('holds the Dockerfile and the handlers, not the rest of the repository', () => {
    const [{ source }] = Object.values(assemble(Compute.containerImage(), folders[0]));
    // On Lambda the zip files contain worker and transform function, and CloudFront runs the edge functions.
    const handlers = listFiles(join(ROOT, 'assets')).filter(file => !/^(edge|transform|worker)\//.test(file)).map(
      file => `assets/${file}`,
    );
    expect(handlers.length).toBeGreaterThan(1);
    // CDK includes the ignore file if there is one: in this repository, but not in the package.
    const expected = [
      'Dockerfile.lambda', ...handlers, ...(existsSync(join(ROOT, '.dockerignore')) ? ['.dockerignore'] : []),
    ];
    expect(listFiles(join(folders[0], source.directory))).toEqual(expected.sort());
  });

  test('of ClamAV holds its Dockerfile and its handlers', () => {
    const compute = Compute.zip({ architecture: lambda.Architecture.X86_64 });
    const assets = Object.values(assemble(compute, folders[0], Processing.queue({ scanner: Scanner.clamAv() })));
    expect(assets.map(({ source }) => source)).toEqual([
      expect.objectContaining({ dockerFile: 'Dockerfile.clamav', platform: 'linux/amd64' }),
    ]);
    const files = listFiles(join(folders[0], assets[0].source.directory)).filter(file => file !== '.dockerignore');
    const handlers = ['refresh', 'scan'].flatMap(
      name => [`assets/${name}/THIRD-PARTY-NOTICES.txt`, `assets/${name}/index.js`],
    );
    // The sandbox of clamd, for both processors.
    const sandboxes = ['arm64', 'x64'].map(cpu => `assets/scan/sandbox-${cpu}.node`);
    expect(files).toEqual(['Dockerfile.clamav', ...handlers, ...sandboxes]);
  });

  test('is the same on every machine, and differs with another base image', () => {
    const [first, second] = folders.map(folder => Object.keys(assemble(Compute.containerImage(), folder)));
    expect(first).toEqual(second);
    const own = assemble(Compute.containerImage({ baseImage: 'example.com/nodejs:24.1' }), folders[0]);
    expect(Object.keys(own)).not.toEqual(first);
    expect(Object.values(own)[0].source.dockerBuildArgs).toEqual({
      HANDLERS: 'packed',
      BASE_IMAGE: 'example.com/nodejs:24.1',
    });
  });
});

describe('the functions', () => {
  const result = synthesize({ compute: Compute.containerImage() });
  const zipped = synthesize();

  test('name their handler in the command', () => {
    const commands = Object.values(result.all('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.ImageConfig.Command as string[],
    );
    expect(commands.flat().sort()).toEqual([
      'api/index.handler', 'invalidator/index.handler', 'keys/index.handler', 'operator/index.handler',
      'sweeper/index.handler', 'worker/index.handler',
      'worker/transform.handler',
    ]);
    // The image build extracts the worker's folder from its zip file.
    const inAssets = commands.flat().filter(command => !command.startsWith('worker'));
    for (const command of inAssets) {
      expect(existsSync(join(ROOT, 'assets', command.replace(/\.handler$/, '.js')))).toBe(true);
    }
  });

  test('differ from those of zip files in their code only', () => {
    const withoutCode = ({ all }: typeof result) =>
      Object.entries(all('AWS::Lambda::Function')).map(([id, { Properties }]) => {
        const { Code, Handler, Runtime, PackageType, ImageConfig, ...others } = Properties;
        return [id, others];
      });
    expect(withoutCode(result)).toEqual(withoutCode(zipped));
    expect(Object.values(result.all('AWS::Lambda::Function')).map(({ Properties }) => Properties.PackageType)).toEqual(
      Array(7).fill('Image'),
    );
  });

  test('need no further permissions', () => {
    for (const idPart of ['ApiFunction', 'Sweeper', 'Worker', 'Operator', 'Transform', 'Invalidations', 'Signing']) {
      expect(listStatements(result, idPart)).toEqual(listStatements(zipped, idPart));
    }
    expect(Object.keys(result.all('AWS::ECR::Repository'))).toEqual([]);
  });

  test('run as configured', () => {
    const compute = Compute.containerImage({
      architecture: lambda.Architecture.X86_64,
      apiMemory: Size.mebibytes(1024),
      provisionedConcurrency: 2,
      reservedConcurrency: 20,
    });
    const { one } = synthesize({ compute });
    expect(one('AWS::Lambda::Function', 'ApiFunction').Properties).toMatchObject({
      MemorySize: 1024, ReservedConcurrentExecutions: 20, Architectures: ['x86_64'],
    });
    expect(one('AWS::Lambda::Function', 'Sweeper').Properties.Architectures).toEqual(['x86_64']);
    expect(one('AWS::Lambda::Alias').Properties).toMatchObject({
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    });
  });
});

describe('baseImage', () => {
  test.each([
    'public.ecr.aws/lambda/nodejs:24', 'registry.example.com:5000/nodejs:24', `nodejs@sha256:${'0'.repeat(64)}`,
    `a/b:24@sha256:${'f'.repeat(64)}`,
  ])('accepts %s', baseImage => {
    expect(() => Compute.containerImage({ baseImage })).not.toThrow();
  });

  test.each([
    '', 'nodejs', 'registry.example.com:5000/nodejs', 'nodejs@sha256:0', 'node js:24', 'nodejs:', 'nodejs:latest',
    '::a', '${Token[TOKEN.1]}',
  ])("rejects '%s'", baseImage => {
    expect(() => Compute.containerImage({ baseImage })).toThrow(
      `'compute.baseImage' must be the literal name of an image with a digest or a tag other than latest, got: ${baseImage};`,
    );
  });

  test('gets an error that recommends the image of this package', () => {
    const [, base] = /^ARG BASE_IMAGE=(\S+)$/m.exec(readFileSync(join(ROOT, 'Dockerfile.lambda'), 'utf8'))!;
    expect(() => Compute.containerImage({ baseImage: 'nodejs' })).toThrow(`such as ${base}`);
  });
});
