import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnySchemaObject } from 'ajv';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { EVENT_TYPES, type EventDetail, type EventType } from '../../src/contract';

const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }));

/** The published schema of an event. */
export function readSchema(type: EventType): AnySchemaObject {
  const file = join(__dirname, '..', '..', 'docs', 'events', `image-${type}.v1.schema.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as AnySchemaObject;
}

/** Consumers accept fields that they do not know, but we publish none that the schema does not describe. */
function closeObjects(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closeObjects);
  if (typeof schema !== 'object' || schema === null) return schema;
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closeObjects(value)]));
  return closed.type === 'object' ? { ...closed, additionalProperties: false } : closed;
}

const validators = new Map<EventType, ValidateFunction>(
  EVENT_TYPES.map(type => [type, ajv.compile(closeObjects(readSchema(type)) as AnySchemaObject)]),
);

/** The faults of an event; empty if it is as its schema says, without further fields. */
export function findSchemaFaults(detail: EventDetail): string[] {
  const validate = validators.get(detail.status);
  if (!validate) return [`no schema for the status ${detail.status}`];
  validate(detail);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${detail.event_id}${instancePath}: ${message} ${JSON.stringify(params)}`);
}
