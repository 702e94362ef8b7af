import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';

/** Environment of a function that creates images; the benchmark chooses the services that the function reaches. */
export const FUNCTION_ENV = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  BUCKET_NAME: 'images',
  TABLE_NAME: 'images',
  ACCEPTED_TYPES: 'image/jpeg,image/png,image/webp,image/avif,image/gif,image/heic,image/heif',
  MAX_UPLOAD_BYTES: '26214400',
  URL_TTL_SECONDS: '300',
  DELETED_RECORD_DAYS: '30',
  PROCESSING_MODE: 'none',
  DELIVERY_MODE: 'presigned',
  ACCESS_MODE: 'iam',
  POWERTOOLS_LOG_LEVEL: 'ERROR',
  POWERTOOLS_SERVICE_NAME: 'image-service',
  POWERTOOLS_METRICS_NAMESPACE: 'CdkImageService',
};

export type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

const BODY = JSON.stringify({
  content_type: 'image/jpeg',
  size: 123_456,
  filename: 'beach.jpg',
  tags: ['holiday', 'sea'],
});

/** `POST /images` as Amazon API Gateway hands it to a function. */
function createEvent(): APIGatewayProxyEvent {
  const headers = { 'host': 'api.example.com', 'content-type': 'application/json', 'x-user-id': 'alice' };
  return {
    resource: '/images',
    path: '/images',
    httpMethod: 'POST',
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: BODY,
    isBase64Encoded: false,
    requestContext: {
      requestId: '0f1e2d3c',
      httpMethod: 'POST',
      path: '/images',
      domainName: 'api.example.com',
    } as APIGatewayProxyEvent['requestContext'],
  };
}

/** Both sides must do the work that they are measured by. */
export async function create(handler: Handler): Promise<void> {
  const { statusCode, body } = await handler(createEvent(), { awsRequestId: '0f1e2d3c' } as Context);
  const url = (JSON.parse(body) as { upload?: { url?: string } }).upload?.url ?? '';
  if (statusCode !== 201 || !url.includes('X-Amz-Signature=')) {
    throw new Error(`a create must answer 201 with a signed URL, got: ${statusCode} ${body}`);
  }
}
