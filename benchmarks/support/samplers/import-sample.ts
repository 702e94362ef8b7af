/** Runs in a fresh process and prints the CPU time of the import of the file that the argument names. */
function main(file: string): void {
  const before = process.cpuUsage();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the handler is a file of CommonJS, as on Lambda
  require(file);
  const { user, system } = process.cpuUsage(before);
  process.stderr.write(JSON.stringify({ micros: user + system }));
  process.exit();
}

main(process.argv[2]);
