import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';

/** A request to DynamoDB: its action, and its condition keys. */
export interface TableRequest {
  readonly action: string;
  readonly keys: Readonly<Record<string, readonly string[] | undefined>>;
}

interface Member {
  readonly Item?: object;
  readonly Key?: object;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ReturnValues?: string;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
}

/**
 * Reads `dynamodb:LeadingKeys` and `dynamodb:Attributes` of a request for one item. The attributes are those that are
 * "read, written, or evaluated in a conditional write" (Amazon DynamoDB Developer Guide, "Using IAM policy conditions
 * for fine-grained access control").
 */
export function readItemRequest(
  action: string, { Item, Key, ExpressionAttributeNames = {}, ReturnValues = 'NONE', ...rest }: Member,
): TableRequest {
  const written = Item ?? Key ?? {};
  const bare = [rest.UpdateExpression, rest.ConditionExpression].flatMap(
    expression => expression?.match(/(?<![:#\w])[a-z]+_?[a-z_]*(?![(\w])/g) ?? [],
  );
  return {
    action: `dynamodb:${action}`,
    keys: {
      'dynamodb:LeadingKeys': [String((written as { image_id: string }).image_id)],
      'dynamodb:Attributes': [
        ...new Set([...Object.keys(written), ...Object.values(ExpressionAttributeNames), ...bare]),
      ],
      'dynamodb:ReturnValues': [ReturnValues],
    },
  };
}

/**
 * A transaction needs permission for the action of each item ("IAM for transactions"). It is undocumented whether a
 * policy sees the keys of one item or of all.
 */
export function readTransactionRequests(
  { TransactItems = [] }: TransactWriteCommandInput,
): { each: TableRequest[]; together: TableRequest[] } {
  const each = TransactItems.map(item => {
    const [[kind, member]] = Object.entries(item);
    return readItemRequest(`${kind}Item`, member as Member);
  });
  const mergeValues = (key: string) => [...new Set(each.flatMap(({ keys }) => keys[key] ?? []))];
  const keys = {
    'dynamodb:LeadingKeys': mergeValues('dynamodb:LeadingKeys'),
    'dynamodb:Attributes': mergeValues('dynamodb:Attributes'),
    'dynamodb:ReturnValues': ['NONE'],
  };
  return { each, together: each.map(({ action }) => ({ action, keys })) };
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Conditions;
}
type Conditions = Record<string, Record<string, string | string[]>>;

/**
 * Whether statements allow a request, by IAM's rules for the operators that the service's policies use. Other operators
 * throw.
 */
export function isAllowed(statements: readonly Record<string, any>[], { action, keys }: TableRequest): boolean {
  const matching = (statements as readonly Statement[])
    .filter(({ Action }) => [Action].flat().includes(action))
    .filter(({ Condition = {} }) => Object.entries(Condition).every(([operator, tests]) => (
      Object.entries(tests).every(([key, values]) => holds(operator, keys[key], [values].flat())))));
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

function holds(operator: string, found: readonly string[] | undefined, values: readonly string[]): boolean {
  switch (operator) {
    // `ForAllValues` matches an absent key (AWS IAM User Guide, "Set operators for multivalued context keys").
    case 'ForAllValues:StringEquals': return (found ?? []).every(each => values.includes(each));
    case 'ForAllValues:StringLike': return (found ?? []).every(each => values.some(value => isLike(each, value)));
    // A negated operator matches if no value is equal ("Evaluation logic for multiple context keys or values").
    case 'ForAllValues:StringNotLike': return (found ?? []).every(each => !values.some(value => isLike(each, value)));
    case 'StringEqualsIfExists': return found === undefined || values.includes(found[0]);
    case 'Null': return (found === undefined) === (values[0] === 'true');
    default: throw new Error(`no such operator here: ${operator}`);
  }
}

function isLike(text: string, pattern: string): boolean {
  const source = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${source}$`, 's').test(text);
}
