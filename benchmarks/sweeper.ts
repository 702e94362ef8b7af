import { atMost, type Benchmark, type Figure, informs } from './support/figures';
import { quantile } from './support/rounds';
import { type Course, costOfOne, SweeperLoad } from './support/sweeper/load';
import { SWEEPER_MEMORY_MIB } from '../src/metadata/sweeper';

const GOAL_RATE = 200;
const RATES = [0, GOAL_RATE, 2 * GOAL_RATE];
/** http-api.md: the service confirms uploads without a confirm request within 15 minutes. */
const GOAL_MINUTES = 15;
/** One interval of the schedule, and a minute for the run itself. */
const GOAL_OTHERS_MINUTES = 6;

const minutes = (ms: number) => ms / 60_000;
const showMinutes = (value: number) => `${value.toFixed(1)} min`;
const longest = (waits: readonly number[]) => minutes(waits.reduce((a, b) => Math.max(a, b), 0));
const median = (waits: readonly number[]) => showMinutes(minutes(quantile(waits, 0.5)));

async function costFigures(): Promise<Figure[]> {
  const { calls, visits, status } = await costOfOne();
  return [
    atMost(`visits of an abandoned create until it has ${status}`, visits, 3, String),
    atMost('its conditional writes', calls.WRITE, 3, String),
    atMost('its looks for an object', calls.LIST + calls.HEAD, 2, String),
  ];
}

function courseFigures(rate: number, { lostEvents, others, abandoned, rate: visits, sweepers }: Course): Figure[] {
  const at = `${rate}/s abandoned:`;
  return [
    rate > GOAL_RATE
      ? informs(
        `${at} lost event, upload to confirm, longest (median ${median(lostEvents)})`, showMinutes(longest(lostEvents)),
      )
      : atMost(
        `${at} lost event, upload to confirm, longest (median ${median(lostEvents)})`,
        longest(lostEvents),
        GOAL_MINUTES,
        showMinutes,
      ),
    atMost(
      `${at} stuck or deleted record, late by at most (median ${median(others)})`,
      longest(others),
      GOAL_OTHERS_MINUTES,
      showMinutes,
    ),
    ...rate > 0 ? [informs(`${at} expiry and settling, late by at most`, showMinutes(longest(abandoned)))] : [],
    informs(`${at} visits/s, and sweepers at the same time at most`, `${visits.toFixed(0)}, ${sweepers}`),
  ];
}

async function run(): Promise<Figure[]> {
  const figures = await costFigures();
  for (const rate of RATES) {
    const course = await new SweeperLoad(rate, SWEEPER_MEMORY_MIB, () => process.stderr.write('.')).play();
    figures.push(...courseFigures(rate, course));
  }
  return figures;
}

export const benchmark: Benchmark = {
  about: 'A simulation of the sweeper under abandoned creates, with assumed latencies',
  run,
};
