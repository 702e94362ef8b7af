import { FAILED_IMAGES, LIMITS, OPERATOR_RATE, type OperatorRequest, VARIANTS_TO_MAKE } from '../../src/contract';
import { ServiceError } from '../domain/errors';
import { isId } from '../domain/image-id';

type Fields = Readonly<Record<string, unknown>>;

type Rule = readonly [rule: string, isValid: (value: unknown) => boolean];

const isWhole = (value: unknown, max: number) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max;
const isText = (value: unknown, max: number) => typeof value === 'string' && value.length >= 1 && value.length <= max;

/** The longest timeout of a function. */
const MOST_SECONDS = 900;

const PACING: Record<string, Rule> = {
  rate: [
    `a whole number of images a second from 1 to ${OPERATOR_RATE.MAX}`, value => isWhole(value, OPERATOR_RATE.MAX),
  ],
  seconds: [`a whole number of seconds from 1 to ${MOST_SECONDS}`, value => isWhole(value, MOST_SECONDS)],
  cursor: ['the cursor of an earlier answer', value => isText(value, LIMITS.CURSOR_LENGTH)],
};

const COMMANDS: Record<OperatorRequest['command'], Record<string, Rule>> = {
  status: {},
  failed: {
    ...PACING,
    limit: [`a whole number of images from 1 to ${FAILED_IMAGES.MAX}`, value => isWhole(value, FAILED_IMAGES.MAX)],
  },
  redrive: PACING,
  reprocess: {
    ...PACING,
    image_id: ["an image's id", value => typeof value === 'string' && isId(value)],
    user_id: ["a user's id", value => isText(value, LIMITS.PRINCIPAL_LENGTH)],
    all: ['true, or absent', value => value === true],
    remake: [`one of ${VARIANTS_TO_MAKE.join(', ')}`, value => (VARIANTS_TO_MAKE as readonly unknown[]).includes(value)],
  },
};

const TARGETS = ['image_id', 'user_id', 'all'];

/** The request of an operator. An error names the field, the rule and the value. */
export function readOperatorRequest(event: unknown): OperatorRequest {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw buildError('the request', 'a JSON object', event);
  }
  const { command, ...fields } = event as Fields;
  if (typeof command !== 'string' || !Object.hasOwn(COMMANDS, command)) {
    throw buildError('command', `one of ${Object.keys(COMMANDS).join(', ')}`, command);
  }
  const rules = COMMANDS[command as OperatorRequest['command']];
  for (const [name, value] of Object.entries(fields)) {
    if (!Object.hasOwn(rules, name)) {
      throw new ServiceError(
        `${command} has no field ${describeName(name)}, got: ${describeKind(value)}; it has ${Object.keys(rules).join(', ') || 'none'}`,
      );
    }
    const [rule, isValid] = rules[name];
    if (!isValid(value)) throw buildError(name, rule, value);
  }
  if (command === 'reprocess') checkReprocess(fields);
  return event as OperatorRequest;
}

function checkReprocess(fields: Fields): void {
  if (fields.remake === undefined) throw buildError('remake', COMMANDS.reprocess.remake[0], undefined);
  const named = TARGETS.filter(name => fields[name] !== undefined);
  if (named.length !== 1) {
    throw new ServiceError(
      `exactly one of ${TARGETS.join(', ')} must be given, got: ${named.join(', ') || 'none'}`,
    );
  }
}

/** Lambda logs the message, and logs name no user, also not in the wrong field. A cursor can hold a tag. */
const UNLOGGED = ['user_id', 'image_id', 'cursor'];

function buildError(name: string, rule: string, value: unknown): Error {
  const got = UNLOGGED.includes(name) ? describeKind(value) : formatValue(value);
  return new ServiceError(`${name} must be ${rule}, got: ${got}`);
}

function describeName(name: string): string {
  return /^[a-z_]{1,40}$/.test(name) ? JSON.stringify(name) : 'of that name';
}

function describeKind(value: unknown): string {
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  return typeof value === 'object' ? 'an object' : formatValue(value);
}

function formatValue(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200);
}
