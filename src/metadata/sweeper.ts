import { Duration, Size } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { SWEEP } from '../contract';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';
import { suppress } from '../private/nag';
import type { IUploadRules } from '../storage/interfaces';

/**
 * One full vCPU (Lambda allots CPU by memory). Under a flood of abandoned uploads each SDK call takes a millisecond of
 * CPU; see benchmarks.
 */
export const SWEEPER_MEMORY_MIB = 1769;

export interface SweeperProps {
  readonly functionSettings: FunctionSettings;
  readonly uploads: IUploadRules;
}

/** Finishes interrupted work, confirms uploads and expires records without an upload. */
export class Sweeper extends Construct {
  public readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: SweeperProps) {
    super(scope, id);
    const interval = Duration.millis(SWEEP.INTERVAL_MS);
    // No reserved concurrency: two sweepers do no harm, and accounts with a low limit cannot reserve any.
    this.function = new HandlerFunction(this, 'Handler', {
      handler: 'sweeper',
      description: 'Image service: sweeps the records that are due',
      functionSettings: props.functionSettings,
      memory: Size.mebibytes(SWEEPER_MEMORY_MIB),
      timeout: Duration.millis(SWEEP.TIMEOUT_MS),
      uploads: props.uploads,
    }).function;
    const rule = new events.Rule(this, 'Schedule', {
      description: 'Image service: runs the sweeper',
      schedule: events.Schedule.rate(interval),
    });
    rule.addTarget(new targets.LambdaFunction(this.function, { retryAttempts: 0, maxEventAge: interval }));
    suppress(rule.node.defaultChild!, {
      rules: ['Serverless-EventBusDLQ'],
      reason: 'A failed run needs no dead-letter queue: the next run sweeps the same records.',
    });
  }
}
