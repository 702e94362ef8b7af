import { readFileSync, writeFileSync } from 'node:fs';

/** Resident memory of a process, and its peak since `forgetPeak` (proc(5): VmRSS, VmHWM and clear_refs). Linux only. */
export function readResidentMiB(pid: number | 'self'): number {
  return readField(pid, 'VmRSS');
}

export function readPeakMiB(pid: number | 'self'): number {
  return readField(pid, 'VmHWM');
}

export function forgetPeak(pid: number | 'self'): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function readField(pid: number | 'self', name: string): number {
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) / 1024;
}
