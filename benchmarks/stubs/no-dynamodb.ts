/** Stands in for both of the SDK's DynamoDB packages: every command succeeds and does nothing. */
export class DynamoDBClient {}

export class DynamoDBDocumentClient {
  static from(): DynamoDBDocumentClient {
    return new DynamoDBDocumentClient();
  }

  async send(): Promise<object> {
    return {};
  }
}

class Command {
  constructor(readonly input: object) {}
}

export class BatchGetCommand extends Command {}
export class GetCommand extends Command {}
export class PutCommand extends Command {}
export class QueryCommand extends Command {}
export class TransactWriteCommand extends Command {}
export class UpdateCommand extends Command {}
