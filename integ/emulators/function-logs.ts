import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { buildClientOptions, readDeployment, findPhysicalId } from './deployment';
import type { Handler } from './functions';

const stack = readDeployment();
const client = new CloudWatchLogsClient(buildClientOptions(stack));

/** Returns a function's log since a moment (epoch milliseconds). */
export async function readLogs(handler: Handler, startTime: number): Promise<string> {
  const logGroupName = findPhysicalId(stack, 'AWS::Logs::LogGroup', new RegExp(handler));
  const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName, startTime }));
  return events.map(({ message }) => message).join('\n');
}
