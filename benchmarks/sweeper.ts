import { requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';
import { computeQuantile } from './support/rounds';
import { type Course, measureCostOfOne, SweeperLoad } from './support/sweeper/load';
import { SWEEPER_MEMORY_MIB } from '../src/metadata/sweeper';

const GOAL_RATE = 200;
const RATES = [0, GOAL_RATE, 2 * GOAL_RATE];
/** http-api.md: the service confirms uploads without a confirm request within 15 minutes. */
const GOAL_MINUTES = 15;
/** One interval of the schedule, and a minute for the run itself. */
const GOAL_OTHERS_MINUTES = 6;

const convertToMinutes = (ms: number) => ms / 60_000;
const showMinutes = (value: number) => `${value.toFixed(1)} min`;
const computeLongest = (waits: readonly number[]) => convertToMinutes(waits.reduce((a, b) => Math.max(a, b), 0));
const formatMedian = (waits: readonly number[]) => showMinutes(convertToMinutes(computeQuantile(waits, 0.5)));

async function measureCost(): Promise<Figure[]> {
  const { calls, visits, status } = await measureCostOfOne();
  return [
    requireAtMost(`visits of an abandoned create until it has ${status}`, visits, 3, String),
    requireAtMost('its conditional writes', calls.WRITE, 3, String),
    requireAtMost('its looks for an object', calls.LIST + calls.HEAD, 2, String),
  ];
}

function listCourseFigures(rate: number, { lostEvents, others, abandoned, rate: visits, sweepers }: Course): Figure[] {
  const at = `${rate}/s abandoned:`;
  return [
    rate > GOAL_RATE
      ? buildFigure(
        `${at} lost event, upload to confirm, longest (median ${formatMedian(lostEvents)})`,
        showMinutes(computeLongest(lostEvents)),
      )
      : requireAtMost(
        `${at} lost event, upload to confirm, longest (median ${formatMedian(lostEvents)})`,
        computeLongest(lostEvents),
        GOAL_MINUTES,
        showMinutes,
      ),
    requireAtMost(
      `${at} stuck or deleted record, late by at most (median ${formatMedian(others)})`,
      computeLongest(others),
      GOAL_OTHERS_MINUTES,
      showMinutes,
    ),
    ...rate > 0
      ? [buildFigure(`${at} expiry and settling, late by at most`, showMinutes(computeLongest(abandoned)))]
      : [],
    buildFigure(`${at} visits/s, and sweepers at the same time at most`, `${visits.toFixed(0)}, ${sweepers}`),
  ];
}

async function run(): Promise<Figure[]> {
  const figures = await measureCost();
  for (const rate of RATES) {
    const course = await new SweeperLoad(rate, SWEEPER_MEMORY_MIB, () => process.stderr.write('.')).play();
    figures.push(...listCourseFigures(rate, course));
  }
  return figures;
}

export const benchmark: Benchmark = {
  about: 'A simulation of the sweeper under abandoned creates, with assumed latencies',
  run,
};
