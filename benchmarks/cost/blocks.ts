import { CLAMAV_MIB, Costs, formatPrice, GROUPS, pickDollars, TRACE_VOLUMES, VIEW_COUNTS } from './costs';
import { showDollars, showRatio } from './figures';
import { computeDollars, PRICES, type Price, type PriceId, type Usage } from './prices';

type Cell = string | number;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`;
  const rule = `|---|${head.slice(1).map(() => '--:|').join('')}`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function textTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return table(head, rows).replaceAll('--:|', '---|');
}

const SIDES = [
  ['default props', 'default'], ['all variants on demand', 'lazy'], ['naive peer', 'naive'], ["DIT's approach", 'dit'],
] as const;

function showUploads(costs: Costs): string {
  const naive = computeDollars(costs.uploads.naive);
  return table(['a million uploads', ...Object.keys(GROUPS), 'total', 'against the naive peer'], SIDES.map(([name, side]) => {
    const usage = costs.uploads[side];
    const parts = Object.values(GROUPS).map(ids => showDollars(pickDollars(usage, ids)));
    const total = computeDollars(usage);
    // DIT's approach makes nothing at upload, so there is nothing to compare.
    const ratio = side === 'naive' || side === 'dit' ? '' : showRatio(total / naive);
    return [name, ...parts, `**${showDollars(total)}**`, ratio];
  }));
}

function showQuantities(costs: Costs): string {
  const rows: [name: string, ids: PriceId[], digits: number][] = [
    ['API requests', ['apiRequest'], 0],
    ['Lambda requests', ['lambdaRequest'], 0],
    ['GB-seconds', ['lambdaArm'], 2],
    ['S3 PUT and LIST', ['s3Write'], 0],
    ['S3 GET and HEAD', ['s3Read'], 0],
    ['DynamoDB write units', ['writeUnit'], 0],
    ['DynamoDB read units', ['readUnit'], 1],
    ['SQS requests', ['sqsRequest'], 0],
  ];
  return table(['one upload', ...SIDES.slice(0, 3).map(([name]) => name)], rows.map(([name, [id], digits]) => [
    name, ...SIDES.slice(0, 3).map(([, side]) => ((costs.uploads[side][id] ?? 0) / 1e6).toFixed(digits)),
  ]));
}

function showGoals(costs: Costs): string {
  const rows = (['default', 'lazy'] as const).map(side => {
    const goal = side === 'default' ? 1 / 7 : 1 / 15;
    const ratio = costs.ratio(side);
    return [
      side === 'default' ? 'default props' : 'all variants on demand', showRatio(ratio), `≤ ${showRatio(goal)}`,
      ratio <= goal ? 'pass' : 'MISS', showDollars(Math.max(0, ratio - goal) * computeDollars(costs.uploads.naive)),
      showRatio(costs.ratio(side, 'lambdaX86')),
    ];
  });
  return table(['against the naive peer', 'ratio', 'goal', '', 'above the goal', 'ratio with the peer on x86_64, as CDK makes functions'], rows);
}

function showTraces(costs: Costs): string {
  const head = ['traces of a million uploads', ...TRACE_VOLUMES.map(volume => `at ${volume / 1e6} million a month`)];
  return table(head, [['X-Ray', ...TRACE_VOLUMES.map(volume => showDollars(costs.traces('upload', volume)))]]);
}

function showProps(costs: Costs): string {
  const change = costs.propChanges;
  const show = (dollars: number): string => `${dollars >= 0 ? '+' : ''}${showDollars(dollars)}`;
  return textTable(['prop', 'a million uploads', 'why'], [
    ['`variants`, all `ON_DEMAND`', show(change.lazy), 'three PUTs and their encoding less; the worker still decodes for checks and placeholder'],
    ['`variants`, `large` made at upload', show(change.allEager), 'one PUT and an AVIF of 2048 pixels more'],
    ['`formats: [AVIF]`', '$0.00', 'only the first format is made at upload; others cost at their first view'],
    ['`processing: Processing.none()`', show(change.withoutProcessing), 'no worker and no variants'],
    ['`delivery: Delivery.presignedOnly()`', show(change.presignedOnly), 'four variants in WebP, all made at upload'],
    ['`scanner: Scanner.guardDuty()`', show(change.guardDuty), 'each object and gigabyte scanned, the tag, and a second message to the worker'],
    ['`scanner: Scanner.clamAv()`', show(change.clamAvSecond), `for each second that a scan takes at ${CLAMAV_MIB} MiB; not measured here`],
    ['`events: Events.eventBridge()`', show(change.events), 'one event for each upload, and one run of the publisher at most; its time is not measured here'],
    ['`uploads.acceleration`', show(change.acceleration), 'the bytes of the originals'],
    ['`compute`, `x86_64`', show(change.x86), 'a dearer GB-second, if the CPU time is the same'],
    ['`Compute.containerImage()`', '$0.00', 'the same Lambda prices; ECR bills the stored image'],
    ['`processing.memory`, doubled', show(change.workerMemory), 'a decoder uses one vCPU, so it is no faster'],
    ['`compute.apiMemory`, doubled', show(change.apiMemory), 'shorter calls at twice the price: more only for the time spent waiting'],
    ['a tag on each image', show(change.tag), 'three write units'],
  ]);
}

function showViews(costs: Costs): string {
  const columns: Record<string, readonly PriceId[]> = {
    'CloudFront requests': ['cdnRequest'],
    'edge functions': ['edgeFunction'],
    'transfer': ['cdnTransfer'],
    'origin': ['s3Read', 'apiRequest', 'lambdaRequest', 'lambdaArm', 'logsIngested'],
  };
  const rows = ([['the service', 'service'], ['naive peer', 'naive'], ["DIT's approach", 'dit']] as const).map(
    ([name, side]) => {
      const usage: Usage = costs.views[side];
      const parts = Object.values(columns).map(ids => showDollars(pickDollars(usage, ids)));
      return [name, ...parts, `**${showDollars(computeDollars(usage))}**`];
    },
  );
  return table(['a million views', ...Object.keys(columns), 'total'], rows);
}

function showLife(costs: Costs): string {
  return table(['a million images, by views of each', ...VIEW_COUNTS.map(String)], SIDES.map(
    ([name, side]) => [name, ...VIEW_COUNTS.map(count => showDollars(costs.life(side, count)))],
  ));
}

function showRequests(costs: Costs): string {
  const { requests, paths } = costs.deletes;
  return textTable(['a million', 'dollars', 'of them'], [
    ['first requests for an on-demand variant of 640 pixels', showDollars(costs.firstRequests('demandSmall')), 'Lambda, a PUT and leases'],
    ['the same of 2048 pixels', showDollars(costs.firstRequests('demandLarge')), ''],
    ['`GET /images/{image_id}`', showDollars(costs.dollars('get')), 'nearly all API Gateway'],
    ['`GET /images`, pages of 25', showDollars(costs.dollars('list')), 'nearly all API Gateway'],
    ['`DELETE /images/{image_id}`', showDollars(requests), `besides invalidation paths: ${showDollars(paths)} at most`],
  ]);
}

function showRest(costs: Costs): string {
  const lines: Record<string, readonly PriceId[]> = {
    'secret of the signing key': ['secret'],
    'polls of SQS by Lambda': ['sqsRequest', 'sqsFifoRequest'],
    'sweeper: Lambda': ['lambdaRequest', 'lambdaArm'],
    'sweeper: DynamoDB': ['readUnit'],
    'sweeper: logs and traces': ['logsIngested', 'trace'],
    'sweeper: three metrics': ['metric'],
    'alarms': ['alarm', 'compositeAlarm'],
    'dashboard': ['dashboard'],
  };
  const sides = (['default', 'presignedOnly', 'withoutProcessing'] as const).map(props => costs.rest(props));
  return table(['a month at rest', 'default props', '`presignedOnly()`', '`Processing.none()`'], [
    ...Object.entries(lines).map(([name, ids]) => [name, ...sides.map(usage => showDollars(pickDollars(usage, ids)))]),
    ['CloudFront, API Gateway, empty bucket and table', ...sides.map(() => '$0.00')],
    ['**total**', ...sides.map(usage => `**${showDollars(computeDollars(usage))}**`)],
  ]);
}

function showMonthly(costs: Costs): string {
  const { originals, variants } = costs.storage;
  return textTable(['by the month, while in use', 'dollars'], [
    ['a million originals in S3 Standard', showDollars(originals)],
    ['their variants made at upload', showDollars(variants)],
    ['a million variants made on demand: their tag', showDollars(computeDollars({ s3Tag: 1e6 }))],
    ['a gigabyte of records, with point-in-time recovery', showDollars(computeDollars({ tableStorage: 1, tableRecovery: 1 }))],
    ['a gigabyte of logs that are kept', showDollars(computeDollars({ logsStored: 1 }))],
    ['each further metric of the service that gets a value', showDollars(computeDollars({ metric: 1 }))],
    ['request metrics of S3 (`storageMetrics`), if all 16 get values', showDollars(costs.requestMetrics)],
    ['a warm instance of the API function (`provisionedConcurrency: 1`)', showDollars(costs.provisioned)],
    ['`encryptionKey`: the key, besides its requests', showDollars(computeDollars({ key: 1 }))],
  ]);
}

function showPrices(): string {
  const rows = (Object.entries(PRICES) as [PriceId, Price][]).map(([id, { what, page, confirmed }]) => [
    what, formatPrice(id), `[page](${page})`, confirmed ?? 'not confirmed',
  ]);
  return textTable(['price', 'us-east-1', 'source', 'confirmed by'], rows);
}

/** The tables of docs/costs.md. */
export const BLOCKS = {
  uploads: showUploads,
  quantities: showQuantities,
  goals: showGoals,
  traces: showTraces,
  props: showProps,
  views: showViews,
  life: showLife,
  requests: showRequests,
  rest: showRest,
  monthly: showMonthly,
  prices: showPrices,
};
