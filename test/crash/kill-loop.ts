import { parseArgs } from 'node:util';
import { killRun } from './kill-run';
import { describeFindings } from '../audit/finding';

const HELP = `Kills a local server under load again and again, and checks that nothing acknowledged is lost.

Usage: npx tsx test/crash/kill-loop.ts [options]

  --kills <number>   how often (default 20)
  --seed <number>    repeats the moments of the kills and what the clients do (default random)
  --restart <ms>     the longest that a restart may take until the first answer (default 2000)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '20' },
      seed: { type: 'string' },
      restart: { type: 'string', default: '2000' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(HELP);
  const kills = whole('kills', values.kills);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed', values.seed);
  const longest = whole('restart', values.restart);
  console.log(`kill loop: --kills ${kills} --seed ${seed}`);
  const report = await killRun(kills, seed, ({ order, afterMs, restartMs, answers, images }) => {
    console.log(
      `kill ${order}/${kills} after ${afterMs} ms, served again after ${Math.round(restartMs)} ms; ${answers} answers, ${images} images`,
    );
  });
  const { restartsMs, events, findings } = report;
  const slowest = Math.max(...restartsMs);
  console.log(`restarts: ${Math.round(Math.min(...restartsMs))} to ${Math.round(slowest)} ms (at most ${longest})`);
  console.log(`events: ${events} deliveries`);
  if (findings.length > 0) throw new Error(describeFindings(findings));
  console.log('settled and audited: every invariant holds');
  if (slowest > longest) throw new Error(`a restart took ${Math.round(slowest)} ms, more than ${longest}`);
}

function whole(name: string, value: string): number {
  if (/^[1-9]\d{0,9}$/.test(value)) return Number(value);
  throw new Error(`--${name} must be a whole number from 1, got: ${value}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
