import { readFileSync } from 'node:fs';

/** Memory that a process uses, and CPU time that it has used. */
export interface ProcessUse {
  readonly residentMiB: number;
  /** On processors, of all its threads. */
  readonly cpuSeconds: number;
}

/** The unit of times in /proc: `sysconf(_SC_CLK_TCK)` in proc(5), which is 100 on every Linux. */
const TICKS_PER_SECOND = 100;

/** Undefined where there is no /proc, or no such process any more. */
export function readProcessUse(pid: number): ProcessUse | undefined {
  try {
    const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0;
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Behind the name, which may hold anything: the state is field 3, utime and stime are 14 and 15 (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      residentMiB: Number(resident) / 1024,
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    };
  } catch {
    return undefined;
  }
}
