import { Costs, GROUPS, HIT_SHARE, pickDollars, TRACE_VOLUMES, VIEW_COUNTS } from './costs';
import { computeDollars, type Usage } from './prices';
import { requireAtMost, type Figure, buildFigure } from '../support/figures';

const EAGER_GOAL = 1 / 7;
const LAZY_GOAL = 1 / 15;

export function showDollars(dollars: number): string {
  return `${dollars < 0 ? '−' : ''}$${Math.abs(dollars).toFixed(2)}`;
}

export function showRatio(ratio: number): string {
  return `1/${(1 / ratio).toFixed(1)}`;
}

/** Dollars in all, and of each service. */
function showParts(usage: Usage): string {
  const parts = Object.entries(GROUPS).map(([name, ids]) => [name, pickDollars(usage, ids)] as const);
  const shown = parts.filter(([, dollars]) => dollars > 0).map(([name, dollars]) => `${name} ${dollars.toFixed(2)}`);
  return `${showDollars(computeDollars(usage))}: ${shown.join(', ')}`;
}

/** The table of `npm run benchmark -- cost`. */
export function describeFigures(costs: Costs): Figure[] {
  const { uploads, views, deletes } = costs;
  const traces = TRACE_VOLUMES.map(volume => showDollars(costs.traces('upload', volume)));
  return [
    buildFigure('a million uploads, default props', showParts(uploads.default)),
    buildFigure('a million uploads, variants on demand', showParts(uploads.lazy)),
    buildFigure('a million uploads, naive peer', showParts(uploads.naive)),
    buildFigure('a million uploads, DIT\'s approach, which keeps no records', showParts(uploads.dit)),
    requireAtMost('P14: default props against the naive peer', costs.ratio('default'), EAGER_GOAL, showRatio),
    requireAtMost('P14: variants on demand against the naive peer', costs.ratio('lazy'), LAZY_GOAL, showRatio),
    buildFigure('the same, with the peer on x86_64, as CDK makes functions', [
      costs.ratio('default', 'lambdaX86'), costs.ratio('lazy', 'lambdaX86'),
    ].map(showRatio).join(' and ')),
    buildFigure('X-Ray traces besides, at 1, 10 and 100 million uploads a month', traces.join(', ')),
    buildFigure(`a million views of 640 px, ${HIT_SHARE * 100} % from the cache`, [
      `service ${showDollars(computeDollars(views.service))}`,
      `naive ${showDollars(computeDollars(views.naive))}`,
      `DIT ${showDollars(computeDollars(views.dit))}`,
    ].join(', ')),
    buildFigure('a million first requests on demand: 640 px, 2048 px', [
      costs.firstRequests('demandSmall'), costs.firstRequests('demandLarge'),
    ].map(showDollars).join(', ')),
    ...VIEW_COUNTS.map(count => buildFigure(
      `a million images with ${count} views each: default, on demand, naive, DIT`,
      (['default', 'lazy', 'naive', 'dit'] as const).map(side => showDollars(costs.life(side, count))).join(', '),
    )),
    buildFigure('a million reads of an image, of a list page of 25', [
      costs.dollars('get'), costs.dollars('list'),
    ].map(showDollars).join(', ')),
    buildFigure('a million deletes: requests, and invalidation paths at most', [
      deletes.requests, deletes.paths,
    ].map(showDollars).join(', ')),
    buildFigure('a month at rest: default, presignedOnly, no processing', [
      costs.rest('default'), costs.rest('presignedOnly'), costs.rest('withoutProcessing'),
    ].map(usage => showDollars(computeDollars(usage))).join(', ')),
  ];
}
