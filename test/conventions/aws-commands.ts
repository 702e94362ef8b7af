/**
 * Options of the commands of the AWS CLI that documents use: the members of each operation's input in the service
 * models of botocore 1.43.11, and those of `aws logs tail` from its manual.
 */
const OPTIONS: Readonly<Record<string, string>> = {
  'apigateway get-stage': 'rest-api-id stage-name',
  'cloudformation describe-stack-resources': 'stack-name logical-resource-id physical-resource-id',
  'cloudformation detect-stack-drift': 'stack-name logical-resource-ids',
  'cloudfront get-distribution': 'id',
  'cloudfront list-invalidations': 'distribution-id marker max-items',
  'cloudwatch describe-alarm-history':
    'alarm-name alarm-contributor-id alarm-types history-item-type start-date end-date max-records next-token scan-by',
  'cloudwatch describe-alarms':
    'alarm-names alarm-name-prefix alarm-types children-of-alarm-name parents-of-alarm-name state-value action-prefix',
  'cloudwatch set-alarm-state': 'alarm-name state-value state-reason state-reason-data',
  'dynamodb describe-table': 'table-name',
  'events describe-rule': 'name event-bus-name',
  'events enable-rule': 'name event-bus-name',
  'kms describe-key': 'key-id grant-tokens',
  'kms enable-key': 'key-id',
  'lambda get-account-settings': '',
  'lambda get-function-concurrency': 'function-name',
  'lambda get-function-configuration': 'function-name qualifier',
  'lambda invoke': 'function-name invocation-type log-type client-context payload qualifier',
  'lambda list-event-source-mappings': 'event-source-arn function-name marker',
  'lambda update-event-source-mapping': 'uuid function-name enabled batch-size scaling-config',
  'logs tail': 'since follow format filter-pattern log-stream-names log-stream-name-prefix',
  's3api get-bucket-metrics-configuration': 'bucket id expected-bucket-owner',
  's3api get-bucket-policy': 'bucket expected-bucket-owner',
  's3api list-objects-v2': 'bucket delimiter encoding-type max-keys prefix continuation-token fetch-owner start-after',
  's3api put-bucket-metrics-configuration': 'bucket id metrics-configuration expected-bucket-owner',
  'scheduler get-schedule': 'group-name name',
  'secretsmanager describe-secret': 'secret-id',
  'secretsmanager restore-secret': 'secret-id',
  'service-quotas get-service-quota': 'service-code quota-code context-id',
  'service-quotas request-service-quota-increase': 'service-code quota-code desired-value context-id',
  'sqs get-queue-attributes': 'queue-url attribute-names',
  'sqs list-message-move-tasks': 'source-arn max-results',
  'sqs receive-message': 'queue-url attribute-names message-attribute-names max-number-of-messages visibility-timeout',
  'sqs start-message-move-task': 'source-arn destination-arn max-number-of-messages-per-second',
};

/** `max-items` is the CLI's own, for operations with pages. */
const GLOBAL = ['query', 'output', 'region', 'profile', 'endpoint-url', 'max-items'];

/** Throws for an unknown command or option of the AWS CLI. */
export function checkAwsCommand(args: readonly string[]): void {
  const command = args.slice(0, 2).join(' ');
  if (!Object.hasOwn(OPTIONS, command)) throw new Error(`the AWS CLI must have the command, got: aws ${command}`);
  const known = [...OPTIONS[command].split(' '), ...GLOBAL].map(name => `--${name}`);
  const unknown = args.filter(arg => arg.startsWith('--') && !known.includes(arg));
  if (unknown.length > 0) throw new Error(`aws ${command} must have the options, got: ${unknown.join(', ')}`);
}
