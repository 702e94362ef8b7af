import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { IgnoreStrategy } from 'aws-cdk-lib';
import { execForm, expand, type Instruction, type Stage, type Variables } from './dockerfile';
import { run } from '../../integ/emulators/processes';

/** The result of a stage: its files in a folder, and the settings of a container of it. */
export interface Image {
  /** Folder that stands for `/`. */
  readonly root: string;
  readonly base: string;
  workdir: string;
  env: Variables;
  /** For `RUN` only: the build result does not contain them. */
  args: Variables;
  user: string;
  cmd: readonly string[];
  healthcheck: readonly string[];
}

/**
 * Variables of base images that ours refer to. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
const BASE_ENV: Record<string, Variables> = { 'public.ecr.aws/lambda/nodejs': { LAMBDA_TASK_ROOT: '/var/task' } };

/**
 * The PATH of a shell in a container of a base image. Other programs of this machine must not help. From other images
 * we use only Node. See `PATH` in https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html; it follows
 * the folder of the image's own Node.
 */
const BASE_PATH: Record<string, string> = {
  'public.ecr.aws/lambda/nodejs': '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
};

/**
 * Arguments that BuildKit sets itself, for an image of this machine's platform:
 * https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
 */
const BUILDKIT_ARGS: Variables = { TARGETARCH: process.arch === 'x64' ? 'amd64' : process.arch };

/** Longer steps run once for all builders that reach the same step in the same way. */
const WORTH_KEEPING_MS = 5000;

export interface HandBuilderOptions {
  /** The folder that `COPY` reads, without the files that `.dockerignore` names. */
  readonly context: string;
  /** The parent of the stage folders: outside the repository, where Node would find our own packages. */
  readonly folder: string;
  /** The folder of the base image's own version of Node. */
  readonly nodeBin: string;
  /** Folder of programs that replace missing programs of the base image. */
  readonly stubs?: string;
  /** Folders as they were after a long `RUN`, by the steps before it, like Docker's layers. Builders may share them. */
  readonly layers: Map<string, string>;
  readonly write: (text: string | Uint8Array) => void;
}

/** Runs the steps of Dockerfiles in folders, without Docker: everything but the base images is real. */
export class HandBuilder {
  private readonly ignore: IgnoreStrategy;
  private readonly built = new Map<string, Image>();
  private readonly history = new Map<Image, string>();

  constructor(private readonly options: HandBuilderOptions) {
    const list = join(options.context, '.dockerignore');
    const patterns = existsSync(list)
      ? readFileSync(list, 'utf8').split('\n').filter(line => line !== '' && !line.startsWith('#'))
      : [];
    this.ignore = IgnoreStrategy.docker(options.context, patterns);
  }

  /** Returns a stage by its name, the last one by default. Does not build stages that it does not need. */
  async build(stages: readonly Stage[], name = stages.at(-1)!.name): Promise<Image> {
    const present = this.built.get(name);
    if (present) return present;
    const stage = stages.find(candidate => candidate.name === name);
    if (!stage) throw new Error(`no stage is called ${name}`);
    const image = await this.begin(stages, stage);
    this.built.set(name, image);
    for (const instruction of stage.instructions) {
      this.options.write(`\n${name}: ${instruction.keyword} ${instruction.text}\n`);
      await this.step(stages, image, instruction);
    }
    return image;
  }

  private async begin(stages: readonly Stage[], { name, base }: Stage): Promise<Image> {
    const root = join(this.options.folder, name);
    if (stages.some(stage => stage.name === base)) {
      const parent = await this.build(stages, base);
      await this.clone(parent.root, root);
      const image = { ...parent, root };
      this.history.set(image, this.history.get(parent)!);
      return image;
    }
    mkdirSync(root, { recursive: true });
    const image: Image = {
      root,
      base,
      workdir: '/',
      env: BASE_ENV[nameBase(base)] ?? {},
      args: {},
      user: 'root',
      cmd: [],
      healthcheck: [],
    };
    this.history.set(image, base);
    return image;
  }

  private async step(stages: readonly Stage[], image: Image, { keyword, flags, text }: Instruction): Promise<void> {
    switch (keyword) {
      case 'WORKDIR':
        image.workdir = join(image.workdir, expand(text, image.env));
        mkdirSync(join(image.root, image.workdir), { recursive: true });
        return;
      case 'ARG': {
        if (!(text in BUILDKIT_ARGS)) throw new Error(`ARG ${text} has no value here`);
        image.args = { ...image.args, [text]: BUILDKIT_ARGS[text] };
        return;
      }
      case 'ENV': {
        const [name, value] = text.split(/=(.*)/s);
        image.env = { ...image.env, [name]: expand(value, image.env) };
        return;
      }
      case 'COPY': return this.copy(
        flags.from ? await this.build(stages, flags.from) : undefined, image, expand(text, image.env), flags.chmod,
      );
      case 'RUN': return this.run(image, text);
      case 'USER': image.user = text; return;
      case 'CMD': image.cmd = execForm(text); return;
      case 'HEALTHCHECK': image.healthcheck = execForm(text.replace(/^.*?CMD\s+/, '')); return;
      case 'EXPOSE': return;
      default: throw new Error(`${keyword} cannot stand inside a stage here`);
    }
  }

  private copy(from: Image | undefined, image: Image, text: string, chmod?: string): void {
    const words = text.split(/\s+/);
    const target = words.pop()!;
    const destination = join(image.root, target.startsWith('/') ? target : join(image.workdir, target));
    const copied = words.flatMap(word => {
      const files = this.find(word, from);
      if (files.length === 0) throw new Error(`COPY ${text}: ${word} is not found, or .dockerignore names it`);
      return files.map(({ path, name }) => ({ path, name, to: join(destination, name) }));
    });
    for (const { path, to } of copied) {
      mkdirSync(dirname(to), { recursive: true });
      cpSync(path, to, { preserveTimestamps: true });
      if (chmod) chmodSync(to, parseInt(chmod, 8));
    }
    this.remember(image, `COPY ${text} ${fingerprint(copied)}`);
  }

  /** The files that `COPY` would take, by their new names. `COPY` takes the contents of a folder, not the folder. */
  private find(word: string, from?: Image): File[] {
    const { context } = this.options;
    const source = join(from?.root ?? context, word);
    if (!existsSync(source)) return [];
    const files = statSync(source).isDirectory() ? filesBelow(source) : [{ path: source, name: basename(source) }];
    return from ? files : files.filter(({ path }) => !this.ignore.ignores(path));
  }

  private async run(image: Image, command: string): Promise<void> {
    const key = this.remember(image, `RUN ${JSON.stringify(image.args)} ${command}`);
    const layer = this.options.layers.get(key);
    if (layer) {
      this.options.write(`(as before: ${layer})\n`);
      return this.clone(layer, image.root);
    }
    const path = [this.options.stubs, this.options.nodeBin, BASE_PATH[nameBase(image.base)] ?? process.env.PATH]
      .filter(Boolean)
      .join(':');
    const env = { ...process.env, ...image.env, ...image.args, PATH: path };
    const started = performance.now();
    await run('/bin/sh', ['-c', command], { cwd: join(image.root, image.workdir), env }, this.options.write);
    if (performance.now() - started < WORTH_KEEPING_MS) return;
    const kept = join(this.options.folder, 'layers', createHash('sha256').update(key).digest('hex').slice(0, 12));
    await this.clone(image.root, kept);
    this.options.layers.set(key, kept);
  }

  private remember(image: Image, step: string): string {
    const past = `${this.history.get(image)!}\n${image.workdir} ${JSON.stringify(image.env)} ${step}`;
    this.history.set(image, past);
    return past;
  }

  /** Uses hard links, since a tree of packages is large. */
  private async clone(from: string, to: string): Promise<void> {
    mkdirSync(dirname(to), { recursive: true });
    await run('cp', ['-a', '-l', '-f', `${from}/.`, to], {}, this.options.write);
  }
}

function nameBase(base: string): string {
  return base.split(':')[0];
}

interface File {
  readonly path: string;
  readonly name: string;
}

export function filesBelow(folder: string): File[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' }).filter(
    entry => !entry.isDirectory(),
  );
  return entries.map(entry => join(entry.parentPath, entry.name)).sort().map(
    path => ({ path, name: relative(folder, path) }),
  );
}

/** Hashes names and contents. */
export function fingerprint(files: readonly File[]): string {
  const hash = createHash('sha256');
  for (const { path, name } of files) hash.update(name).update(readFileSync(path));
  return hash.digest('hex');
}
