import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { LIMITS, type Operation, SHARING, VISIBILITIES } from '../contract';
import type { IUploadRules } from '../storage/interfaces';

const { STRING, INTEGER, ARRAY, OBJECT } = apigateway.JsonSchemaType;

const TAGS: apigateway.JsonSchema = {
  type: ARRAY,
  items: { type: STRING, minLength: 1 },
  description: `At most ${LIMITS.TAGS} different tags`,
};
const FILENAME: apigateway.JsonSchema = { type: STRING, minLength: 1, maxLength: LIMITS.FILENAME_CODE_POINTS };

const VISIBILITY: apigateway.JsonSchema = { type: STRING, enum: [...VISIBILITIES] };
const SHARED_WITH: apigateway.JsonSchema = {
  type: ARRAY,
  items: { type: STRING },
  description: `At most ${SHARING.MAX_ENTRIES} different entries, user:<user_id> or group:<name>`,
};

type Schemas = Partial<Record<Operation, apigateway.JsonSchema>>;

function buildSchemas(uploads: IUploadRules): Schemas {
  return {
    createImage: buildObjectSchema(['content_type', 'size'], {
      content_type: { type: STRING, enum: uploads.contentTypes },
      size: { type: INTEGER, minimum: 1, maximum: uploads.maxSize.toBytes() },
      filename: FILENAME,
      tags: TAGS,
      checksum_sha256: { type: STRING, description: 'SHA-256 of the bytes in base64' },
      visibility: VISIBILITY,
      shared_with: SHARED_WITH,
    }),
    updateImage: buildObjectSchema([], {
      filename: FILENAME, tags: TAGS, visibility: VISIBILITY, shared_with: SHARED_WITH,
    }),
    batchGetImages: BATCH,
    batchDeleteImages: BATCH,
  };
}

const BATCH = buildObjectSchema(['image_ids'], {
  image_ids: { type: ARRAY, items: { type: STRING }, minItems: 1, maxItems: LIMITS.BATCH_IDS },
});

function buildObjectSchema(
  required: string[], properties: Record<string, apigateway.JsonSchema>,
): apigateway.JsonSchema {
  const schema = apigateway.JsonSchemaVersion.DRAFT4;
  // Draft 4 forbids an empty `required`.
  return { schema, type: OBJECT, additionalProperties: false, properties, ...(required.length > 0 && { required }) };
}

/**
 * Models of request bodies, for exported API definitions and generated clients. API Gateway does not validate with
 * them: it would answer 400 before 401, 413 and 415, and without the reason.
 */
export function addRequestModels(api: apigateway.RestApi, uploads: IUploadRules): Map<Operation, apigateway.Model> {
  const entries = Object.entries(buildSchemas(uploads)) as [Operation, apigateway.JsonSchema][];
  return new Map(entries.map(([operation, schema]) => {
    const id = `${operation[0].toUpperCase()}${operation.slice(1)}Request`;
    return [operation, api.addModel(id, { contentType: 'application/json', schema })];
  }));
}
