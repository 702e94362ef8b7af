import { itemSize, type Item, type KeySchema, type Table } from 'dynalite/db';
import { buildValidationError } from './errors';

/** "Quotas and limits in DynamoDB", developer guide. */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;

/** DynamoDB counts UTF-8 bytes; dynalite counts characters, and lets an index key be empty. */
export function checkSizes(item: Item, table: Table): Error | undefined {
  const json = JSON.stringify(item);
  const extra = Buffer.byteLength(json) - json.length;
  if (itemSize(item) + extra > MAX_ITEM_BYTES) {
    return buildValidationError('Item size has exceeded the maximum allowed size');
  }
  return [table, ...table.GlobalSecondaryIndexes ?? []].map(schema => checkKey(item, schema)).find(Boolean);
}

function checkKey(item: Item, { KeySchema: schema }: KeySchema): Error | undefined {
  for (const [position, { AttributeName: name }] of schema.entries()) {
    const value = item[name]?.S as string | undefined;
    const limit = position === 0 ? MAX_HASH_BYTES : MAX_RANGE_BYTES;
    if (value === '') {
      return buildValidationError(
        'One or more parameter values are not valid. A value specified for a key is an empty string. '
        + `The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      );
    }
    if (value !== undefined && Buffer.byteLength(value) > limit) {
      return buildValidationError(
        `One or more parameter values were invalid: Size of key ${name} has exceeded the maximum size limit of ${limit} bytes`,
      );
    }
  }
  return undefined;
}
