import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCompose, ROOT } from './compose';
import { Container, type ContainerOptions } from './container';
import type { Variables } from './dockerfile';
import type { Image } from './hand-builder';
import { isListed, uploadAndDownload } from './upload';

type Options = Omit<ContainerOptions, 'env' | 'command'> & { readonly emulator: string };

const SERVICE = 'image-service';

/** The environment of docker-compose.yml, with local addresses in place of the addresses of its network. */
function environment({ emulator }: Options): Variables {
  const here: Record<string, string> = {
    'http://localstack:4566': emulator,
    'http://localhost:4566': publicEndpoint(emulator),
  };
  const { environment: env = {} } = readCompose('docker-compose.yml').services[SERVICE];
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, here[value] ?? value]));
}

/** A name other than the server's own. */
function publicEndpoint(emulator: string): string {
  return emulator.replace('127.0.0.1', 'localhost');
}

/** Waits until a container is healthy, uses it, and ends it. */
async function runBeside<T>(container: Container, work: () => Promise<T>): Promise<T> {
  try {
    await container.healthy();
    const result = await work();
    const code = await container.stop();
    if (code !== 0) throw new Error(`it should end with code 0 on SIGTERM, got: ${code}`);
    return result;
  } catch (error) {
    await container.stop();
    throw new Error(`${(error as Error).message}\n${container.output.slice(-2000)}`, { cause: error });
  }
}

export async function serves(image: Image, options: Options): Promise<void> {
  const container = new Container(image, { ...options, env: environment(options) });
  const imageId = await runBeside(
    container, async () => uploadAndDownload(container.url, publicEndpoint(options.emulator)),
  );
  if (await container.runHealthcheck() === 0) throw new Error('the health check should fail once the server is gone');
  const again = new Container(image, { ...options, env: environment(options) });
  const listed = await runBeside(again, async () => isListed(again.url, imageId));
  if (!listed) throw new Error('an image should still be there after a restart');
}

export async function failsAlone(image: Image, options: Options): Promise<void> {
  const { AWS_ENDPOINT_URL, ...env } = environment(options);
  const container = new Container(image, { ...options, env });
  const code = await container.waitForExit();
  if (code !== 1 || !container.output.includes('set AWS_ENDPOINT_URL')) {
    throw new Error(`without an emulator it should say what to set, got code ${code}: ${container.output}`);
  }
}

/** The stage and the command of docker-compose.dev.yml, with the mounted sources in their places. */
export async function restartsOnChange(image: Image, options: Options): Promise<void> {
  const { command, volumes = [] } = readCompose('docker-compose.dev.yml').services[SERVICE];
  for (const [from, to] of volumes.map(volume => volume.split(':'))) {
    cpSync(join(ROOT, from), join(image.root, to), { recursive: true, preserveTimestamps: true });
  }
  const container = new Container(image, { ...options, command, env: environment(options) });
  await runBeside(container, async () => {
    change(join(image.root, image.workdir, 'lambda', 'http', 'app.ts'), "{ status: 'ok' }", "{ status: 'changed' }");
    for (const until = performance.now() + 30_000; performance.now() < until; await sleep(250)) {
      const body = await fetch(`${container.url}/health`).then(async response => response.text(), () => '');
      if (body.includes('changed')) return;
    }
    throw new Error('a changed source should change the answer of the server');
  });
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} should hold ${from}`);
  writeFileSync(file, text.replace(from, to));
}
