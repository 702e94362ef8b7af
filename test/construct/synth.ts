import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { ImageService, type ImageServiceProps } from '../../src';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string[];
}

export interface Synthesized {
  readonly stack: Stack;
  readonly service: ImageService;
  readonly template: Template;
  /** Resources of a type by logical id. */
  all(type: string): Record<string, Resource>;
  /** Finds the only resource of a type that has a text in its logical id. */
  one(type: string, idPart?: string): Resource;
}

export type PropsFor = ImageServiceProps | ((stack: Stack) => ImageServiceProps);

type Arrange = (service: ImageService, stack: Stack) => void;

let defaults: Synthesized | undefined;

/**
 * Synthesizes a stack with one service. Props that need a stack are made in it. The service without props is cached.
 */
export function synthesize(props?: PropsFor, arrange?: Arrange): Synthesized {
  if (props ?? arrange) return synthesizeAnew(props ?? {}, arrange);
  return defaults ??= synthesizeAnew({});
}

/**
 * An app without asset copies, the construct tree and stack traces of tokens. Tests do not read them, and they slow
 * down hundreds of syntheses.
 */
export function testApp(): App {
  return new App({ treeMetadata: false, stackTraces: false, context: { [DISABLE_ASSET_STAGING_CONTEXT]: true } });
}

function synthesizeAnew(props: PropsFor, arrange: Arrange = () => undefined): Synthesized {
  const stack = new Stack(testApp(), 'Stack');
  const service = new ImageService(stack, 'Images', typeof props === 'function' ? props(stack) : props);
  arrange(service, stack);
  const template = Template.fromStack(stack);
  const all = (type: string) => template.findResources(type) as unknown as Record<string, Resource>;
  return { stack, service, template, all, one: (type, idPart = '') => pickOne(all(type), idPart) };
}

function pickOne(resources: Record<string, Resource>, idPart: string): Resource {
  const found = Object.entries(resources).filter(([id]) => id.includes(idPart));
  if (found.length !== 1) {
    throw new Error(`expected one resource like '${idPart}', got: ${found.map(([id]) => id).join(', ') || 'none'}`);
  }
  return found[0][1];
}

/** Environment variables of a function, by a part of its logical id. */
export function getEnvironment({ one }: Synthesized, idPart: string): Record<string, unknown> {
  return one('AWS::Lambda::Function', idPart).Properties.Environment.Variables;
}

/** Statements of a role's policy, by the part of the role's logical id. */
export function listStatements({ one }: Synthesized, idPart: string): Record<string, any>[] {
  return one('AWS::IAM::Policy', idPart).Properties.PolicyDocument.Statement;
}

/**
 * Parses the first JSON list in a warning, as its reader would copy it. The list must not contain intrinsic functions
 * or tokens.
 */
export function parsePrintedList(warning: string, after = ''): Record<string, any>[] {
  const [list] = /^\[\n[^]*?^\]$/m.exec(warning.slice(warning.indexOf(after)))!;
  expect(list).not.toMatch(/Fn::|"Ref"|Token/);
  return JSON.parse(list) as Record<string, any>[];
}
