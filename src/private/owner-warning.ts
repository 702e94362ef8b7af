import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Warns the owner of a bucket or key that this app cannot read or change. It prints JSON to paste, with placeholders
 * for values of the deployment. The text ends with a line break, because CDK appends the id of the warning.
 */
export function warnOwner(scope: Construct, id: string, ...paragraphs: string[]): void {
  Annotations.of(scope).addWarningV2(`cdk-image-service:${id}`, `${paragraphs.join('\n')}\n`);
}

/** Resolves statements first, because service names are tokens. */
export function printStatements(scope: Construct, statements: iam.PolicyStatement[]): string {
  return formatJson(
    Stack.of(scope).resolve(statements.map(statement => statement.toStatementJson() as object)) as object,
  );
}

export function formatJson(value: object): string {
  return JSON.stringify(value, null, 2);
}

export function replaceToken(value: string, placeholderOfToken: string): string {
  return Token.isUnresolved(value) ? placeholderOfToken : value;
}
