import { Duration, Token } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { AlarmDefinition, MetricDefinition } from './alarm-definition';

const PERIOD = Duration.minutes(5);

/** Functions that a user waits for. */
const USER_FACING = ['Api', 'Authorizer', 'Transform'];
/**
 * A Lambda authorizer answers 401 by an error
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html), so its `Errors`
 * count tokens that are not valid. Requests that it fails otherwise count as `5XXError` of the API.
 */
const FAILING_BY_DESIGN = ['Authorizer'];
/** The default quota of concurrent executions of an account in a Region. New accounts have 10. */
const ACCOUNT_CONCURRENCY = 1000;

/** The share of its timeout that an invocation may take. These two work until 15 seconds before their timeout. */
const MAX_DURATION = { Sweeper: 0.99, Operator: 0.99 } as Readonly<Record<string, number | undefined>>;

interface Pace {
  readonly errorRate: number;
  readonly periods: number;
  /** For a function that runs less often than every 5 minutes. */
  readonly period?: Duration;
}

const STEADY: Pace = { errorRate: 0.05, periods: 3 };
/**
 * The refresh of virus definitions runs every 3 hours. A run that fails is repeated twice, so only a rate of 1 means
 * that no run succeeded.
 */
const PACES: Readonly<Record<string, Pace | undefined>> = {
  Refresh: { errorRate: 1, periods: 1, period: Duration.hours(4) },
};
/** Until CloudWatch has the metrics of an invocation that ended. */
const LAG_MINUTES = 2;

/**
 * The average of `Errors` is the error rate: "Invocation metrics are binary indicators of the outcome".
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function listFunctionAlarms(name: string, handler: lambda.Function): AlarmDefinition[] {
  const area = 'Lambda';
  const isUserFacing = USER_FACING.includes(name);
  const severity = isUserFacing ? 'urgent' : 'soon';
  const maxDuration = MAX_DURATION[name] ?? 0.9;
  const { errorRate, periods, period } = PACES[name] ?? STEADY;
  const periodOfResults = period ?? computePeriod(handler.timeout!);
  const errors: AlarmDefinition = {
    area,
    name: `${name}FunctionErrors`,
    metric: { ...buildMetric(handler, 'Errors', 'Average'), period: periodOfResults },
    threshold: errorRate,
    periods,
    severity,
    heading: 'A function fails',
    description: `At least ${100 * errorRate} % of the invocations of the function ${name} failed.`,
    isUserFacing,
  };
  return [...FAILING_BY_DESIGN.includes(name) ? [] : [errors], {
    area,
    name: `${name}FunctionThrottles`,
    metric: { ...buildMetric(handler, 'Throttles', 'Sum'), period: period ?? PERIOD },
    threshold: 5,
    periods,
    severity,
    heading: 'Lambda throttles a function',
    description: `Lambda throttled invocations of the function ${name}.`,
    isUserFacing,
  }, {
    area,
    name: `${name}FunctionDuration`,
    metric: { ...buildMetric(handler, 'Duration', 'Maximum'), period: periodOfResults },
    threshold: maxDuration * handler.timeout!.toMilliseconds(),
    periods: Math.min(2, periods),
    severity: 'soon',
    heading: 'A function nears its timeout',
    description: `An invocation of the function ${name} took ${100 * maxDuration} % of its timeout or longer.`,
  }, ...listConcurrencyAlarms(name, handler)];
}

/**
 * Lambda sends `Errors` and `Duration` when an invocation ends, with the time at which it began. If a period is as
 * short as the timeout, an alarm never sees an invocation that reaches it.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
 */
function computePeriod(timeout: Duration): Duration {
  const needed = timeout.toSeconds() / 60 + LAG_MINUTES;
  return Duration.minutes(PERIOD.toMinutes() * Math.ceil(needed / PERIOD.toMinutes()));
}

/**
 * A function without reserved concurrency shares the quota of the account. A token is known at deployment only, and
 * CloudFormation cannot multiply it.
 */
function listConcurrencyAlarms(name: string, handler: lambda.Function): AlarmDefinition[] {
  const { reservedConcurrentExecutions: reserved } = handler.node.defaultChild as lambda.CfnFunction;
  if (!reserved || Token.isUnresolved(reserved)) return [];
  return [{
    name: `${name}FunctionConcurrency`,
    area: 'Lambda',
    metric: buildMetric(handler, 'ConcurrentExecutions', 'Maximum'),
    threshold: Math.ceil(0.9 * reserved),
    periods: 3,
    severity: 'soon',
    heading: 'Concurrency nears its limit',
    description: `The function ${name} uses 90 % of its reserved concurrency or more.`,
  }];
}

export function buildAccountConcurrencyAlarm(): AlarmDefinition {
  return {
    name: 'AccountConcurrency',
    area: 'Lambda',
    metric: {
      namespace: 'AWS/Lambda',
      metricName: 'ConcurrentExecutions',
      dimensions: {},
      statistic: 'Maximum',
      period: PERIOD,
    },
    threshold: 0.8 * ACCOUNT_CONCURRENCY,
    periods: 2,
    severity: 'soon',
    heading: 'Concurrency nears its limit',
    description: 'All functions of the account in this Region together use 800 concurrent executions or more.',
  };
}

function buildMetric(handler: lambda.Function, metricName: string, statistic: string): MetricDefinition {
  const dimensions = { FunctionName: handler.functionName };
  return { namespace: 'AWS/Lambda', metricName, dimensions, statistic, period: PERIOD };
}
