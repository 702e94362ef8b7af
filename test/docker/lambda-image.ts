import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { Variables } from './dockerfile';
import { filesBelow, fingerprint, type Image } from './hand-builder';
import { Compute, ImageService } from '../../src';

/** The build inputs of `cdk deploy` for `Compute.containerImage()`, and the environment of the functions. */
export interface Packed {
  readonly context: string;
  readonly dockerfile: string;
  readonly buildArgs: Variables;
  readonly functions: readonly { readonly handler: string; readonly env: Variables }[];
}

interface FunctionProperties {
  readonly ImageConfig: { readonly Command: readonly [string] };
  readonly Environment: { readonly Variables: Record<string, unknown> };
}

export function synthesizePacked(outdir: string): Packed {
  const app = new App({ outdir });
  new ImageService(new Stack(app, 'Stack'), 'Images', { compute: Compute.containerImage() });
  app.synth();
  const read = (file: string) => JSON.parse(readFileSync(join(outdir, file), 'utf8'));
  const [{ source }] = Object.values(read('Stack.assets.json').dockerImages) as [{ source: Record<string, any> }];
  const resources = Object.values(read('Stack.template.json').Resources) as { Type: string; Properties: unknown }[];
  const functions = resources.filter(({ Type }) => Type === 'AWS::Lambda::Function').map(({ Properties }) => {
    const { ImageConfig, Environment } = Properties as FunctionProperties;
    const env = Object.entries(Environment.Variables).map(([name, value]) => [name, resolveValue(value)]);
    return { handler: ImageConfig.Command[0], env: Object.fromEntries(env) as Variables };
  });
  return {
    context: join(outdir, source.directory),
    dockerfile: source.dockerFile,
    buildArgs: source.dockerBuildArgs,
    functions,
  };
}

function resolveValue(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': joined } = value as { 'Fn::Join'?: [string, unknown[]] };
  return joined ? joined[1].map(resolveValue).join(joined[0]) : 'known-when-deployed';
}

export function taskRoot({ root, env }: Image): string {
  return join(root, env.LAMBDA_TASK_ROOT);
}

/** Mode of the handlers. All users must be able to read them, since Lambda runs as a user of its own. */
export function readHandlers(image: Image): string {
  const files = filesBelow(taskRoot(image));
  const closed = files.filter(({ path }) => !/[4-7]$/.test(statSync(path).mode.toString(8)));
  if (files.length === 0 || closed.length > 0) {
    throw new Error(
      `everyone must be able to read the handlers, got: ${closed.map(({ name }) => name).join(', ') || 'none at all'}`,
    );
  }
  return fingerprint(files);
}

/**
 * Finds a handler as Lambda's runtime does, and invokes the API:
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
const INVOKE = `
  globalThis.awslambda = { streamifyResponse: handler => handler };
  const [, file, name] = /^(.*)\\.([^.]*)$/.exec(process.env._HANDLER);
  const handler = require(require('node:path').resolve(process.env.LAMBDA_TASK_ROOT, file + '.js'))[name];
  if (typeof handler !== 'function') throw new Error(process.env._HANDLER + ' is no function');
  const event = { resource: '/health', path: '/health', httpMethod: 'GET', multiValueHeaders: {}, requestContext: { requestId: 'r' }, isBase64Encoded: false };
  if (file.startsWith('api/')) handler(event, {}).then(({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
`;

export function invoke(image: Image, handler: string, functions: Packed['functions'], nodeBin: string): void {
  const env = functions.find(each => each.handler === handler)?.env;
  if (!env) {
    throw new Error(
      `${handler} should be the handler of a function, those are: ${functions.map(each => each.handler).join(', ')}`,
    );
  }
  const task = taskRoot(image);
  execFileSync(join(nodeBin, 'node'), ['-e', INVOKE], {
    cwd: task,
    stdio: 'pipe',
    env: { ...image.env, ...env, AWS_REGION: 'eu-central-1', LAMBDA_TASK_ROOT: task, _HANDLER: handler },
  });
}
