import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isCorpusReal } from './corpus';
import { isInstalled } from '../local/engines/dynamodb-local';
import { CANDIDATES } from '../python-tools';

/** A requirement of tests that a machine may not meet. */
export interface Requirement {
  readonly name: string;
  readonly isMet: boolean;
  /** How to meet the requirement, for the list of skipped tests. */
  readonly enable: string;
}

function isProgram(name: string, ...args: readonly string[]): boolean {
  return spawnSync(name, args, { stdio: 'ignore' }).status === 0;
}

/** From Debian's package `chromium`; `.ci/run` installs it. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

const CLAMAV = 'apt-get install clamav clamav-daemon, or the packages that your system has for ClamAV';

/** Getters: a suite checks only its own requirements. */
export const REQUIREMENTS = {
  get clamd(): Requirement {
    return { name: 'clamd', isMet: isProgram('clamd', '--version'), enable: CLAMAV };
  },
  get freshclam(): Requirement {
    return { name: 'freshclam', isMet: isProgram('freshclam', '--version'), enable: CLAMAV };
  },
  get chromium(): Requirement {
    return {
      name: 'Chromium',
      isMet: existsSync(CHROMIUM),
      enable: `apt-get install chromium, or name a Chromium in CHROMIUM (looked for: ${CHROMIUM})`,
    };
  },
  get dynamoDbLocal(): Requirement {
    return {
      name: 'DynamoDB Local',
      isMet: isInstalled(),
      enable: 'npx tsx test/local/engines/dynamodb-local.ts installs it (Java and Maven)',
    };
  },
  get python(): Requirement {
    return {
      name: 'Python 3.10 or newer',
      isMet: CANDIDATES.some(name => name && isProgram(name, '-c', 'import sys; sys.exit(sys.version_info < (3, 10))')),
      enable: 'install Python, or name one in PYTHON',
    };
  },
  get corpus(): Requirement {
    return {
      name: 'the corpus of real files',
      isMet: isCorpusReal,
      enable: 'CORPUS=<folder>, see CONTRIBUTING.md; the generated corpus has not these files',
    };
  },
  get usualPort(): Requirement {
    const probe = "require('node:net').connect(8080, '127.0.0.1').on('connect', () => process.exit(1)).on('error', () => process.exit(0))";
    return {
      name: 'a free port 8080',
      isMet: isProgram(process.execPath, '-e', probe),
      enable: 'stop the service that answers at http://localhost:8080',
    };
  },
  get linux(): Requirement {
    return {
      name: 'Linux',
      isMet: process.platform === 'linux',
      enable: 'run the tests on Linux, such as in a container',
    };
  },
};

/** For tests that skip days: only the in-process environment has a clock that they can move. */
export function movableClock({ clock }: { readonly clock?: unknown }): Requirement {
  return {
    name: 'a clock that tests can move',
    isMet: clock !== undefined,
    enable: 'test/acceptance/in-process.test.ts has one and runs these tests',
  };
}

/** The title for the list of `skipped-tests-reporter.js`, which reads the name and the remedy from it. */
function formatTitle({ name, enable }: Requirement): string {
  return `needs ${name}: ${enable}`;
}

type Suite = (name: string, run: () => void) => void;
type Test = (name: string, run: (() => void) | (() => Promise<void>), timeout?: number) => void;

/** `describe`, or a skipped suite with the reason in its title. */
export function describeIfMet(requirement: Requirement): Suite {
  if (requirement.isMet) return describe;
  return (name, run) => describe(formatTitle(requirement), () => describe.skip(name, run));
}

/** `test`, or a skipped test with the reason in its title. */
export function testIfMet(requirement: Requirement): Test {
  if (requirement.isMet) return test;
  return (name, run, timeout) => describe(formatTitle(requirement), () => test.skip(name, run, timeout));
}
