const { appendFileSync } = require('node:fs');

/** JavaScript, since jest loads reporters without its transform. */
const REASON = /^needs (.+?): (.+)$/;

/** Lists the skipped tests at the end of a run: the reason, the remedy and the suites. */
class SkippedTestsReporter {
  constructor({ testNamePattern }) {
    // A filter by name skips tests that lack nothing.
    this.isFiltered = Boolean(testNamePattern);
  }

  onRunComplete(_contexts, { testResults }) {
    const lines = linesOf(groupByReason(testResults, this.isFiltered));
    if (lines.length === 0) return;
    process.stderr.write(`\nSkipped, and how to enable it:\n${lines.map(line => `  ${line}\n`).join('')}`);
    // `.ci/run` lists the tests that its steps skipped.
    if (process.env.SKIPPED_TESTS_FILE) appendFileSync(process.env.SKIPPED_TESTS_FILE, lines.map(line => `${line}\n`).join(''));
  }
}

function groupByReason(suites, isFiltered) {
  const groups = new Map();
  for (const { testFilePath, testResults } of suites) {
    for (const { status, ancestorTitles } of testResults) {
      const reason = ancestorTitles.map(title => REASON.exec(title)).find(Boolean);
      if (status !== 'pending' || (!reason && isFiltered)) continue;
      const [, name, enable] = reason ?? ['', 'no reason given', 'use testIfMet or describeIfMet of test/support/requirements.ts'];
      const group = groups.get(name) ?? { enable, count: 0, files: new Set() };
      group.count++;
      groups.set(name, { ...group, files: group.files.add(testFilePath.replace(`${process.cwd()}/`, '')) });
    }
  }
  return groups;
}

function linesOf(groups) {
  return [...groups].map(([name, { enable, count, files }]) => `${name} (${count} ${count === 1 ? 'test' : 'tests'} in ${[...files].sort().join(', ')}): ${enable}`);
}

module.exports = SkippedTestsReporter;
