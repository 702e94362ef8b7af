/**
 * Variables of the access log of a REST API that the service uses.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const VARIABLES = [
  'requestId', 'extendedRequestId', 'xrayTraceId', 'requestTimeEpoch', 'identity.sourceIp', 'protocol', 'httpMethod',
  'resourcePath', 'status', 'error.responseType', 'responseLength', 'responseLatency', 'integration.status',
  'integration.latency',
];

export interface Answer {
  readonly status: number;
  /** As `$context.error.responseType`, where API Gateway answers by itself. */
  readonly responseType?: string;
}

/** Writes the line that API Gateway writes for an answer. A variable without a value becomes `-`. */
export function writeAccessLogLine(format: string, { status, responseType }: Answer): string {
  const reached = responseType === undefined;
  const values: Record<string, string | undefined> = {
    'requestId': 'b3f1c2d4-0000-4000-8000-000000000001',
    'extendedRequestId': 'CfVhHE2zIAMFqJw=',
    'requestTimeEpoch': '1796040000000',
    'identity.sourceIp': '192.0.2.1',
    'protocol': 'HTTP/1.1',
    'httpMethod': 'POST',
    'resourcePath': '/images',
    'status': String(status),
    'error.responseType': responseType,
    'responseLength': '42',
    'responseLatency': '3',
    'integration.status': reached ? String(status) : undefined,
    'integration.latency': reached ? '2' : undefined,
  };
  return format.replace(/\$context\.([\w.]+)/g, (_text, name: string) => {
    if (!VARIABLES.includes(name)) throw new Error(`API Gateway must know the variable $context.${name}`);
    return values[name] ?? '-';
  });
}
