import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A shared library of one function, which a decoder loads before it reads untrusted bytes (decisions/0014). Node has no
 * call for limits of its own process, and Lambda's images have no program for it. The function sets RLIMIT_NOFILE to 0
 * and a seccomp filter on all threads, and returns.
 * It is small enough to be written here in machine code, as `as` and `objdump` show it. No compiler or other package is
 * needed to build it, and a test runs it. The function ignores errors of the kernel: the decoder checks afterwards
 * whether it can still open a file.
 */
interface Machine {
  /** `e_machine` of ELF, and seccomp's number of the architecture (linux/audit.h). */
  readonly elf: number;
  readonly audit: number;
  readonly code: string;
  /**
   * System calls that reach other processes or start programs: ptrace, process_vm_readv, process_vm_writev, execve,
   * execveat, pidfd_getfd.
   */
  readonly denied: readonly number[];
  /**
   * System calls that change a file by its path alone, so the limit of open files does not stop them: truncate, rename,
   * mkdir, rmdir, link, unlink, symlink, chmod, chown, mknod, utime, setxattr, removexattr, and their other forms.
   */
  readonly changes: readonly number[];
  readonly socket: number;
}

/**
 * `adr` and `lea` refer to the data behind the code: the limit, then the filter. `LENGTH` is the length of the filter.
 */
const MACHINES: Readonly<Record<'x64' | 'arm64', Machine>> = {
  x64: {
    elf: 62,
    audit: 0xc000003e,
    code: [
      'b8 a0 00 00 00', // mov  eax, 160        setrlimit
      'bf 07 00 00 00', // mov  edi, 7          RLIMIT_NOFILE
      '48 8d 35 3f 00 00 00', // lea  rsi, [limit]
      '0f 05', // syscall
      'b8 9d 00 00 00', // mov  eax, 157        prctl
      'bf 26 00 00 00', // mov  edi, 38         PR_SET_NO_NEW_PRIVS
      'be 01 00 00 00', // mov  esi, 1
      '31 d2 45 31 d2 45 31 c0', // xor  edx, edx; xor r10d, r10d; xor r8d, r8d
      '0f 05', // syscall
      '48 8d 05 2d 00 00 00', // lea  rax, [filter]
      '50 6a LENGTH', // push rax; push LENGTH   struct sock_fprog
      '48 89 e2', // mov  rdx, rsp
      'b8 3d 01 00 00', // mov  eax, 317        seccomp
      'bf 01 00 00 00', // mov  edi, 1          SECCOMP_SET_MODE_FILTER
      'be 01 00 00 00', // mov  esi, 1          SECCOMP_FILTER_FLAG_TSYNC
      '0f 05', // syscall
      '48 83 c4 10 c3 90', // add  rsp, 16; ret; nop
    ].join(' '),
    denied: [101, 310, 311, 59, 322, 438],
    changes: [
      76, 82, 83, 84, 86, 87, 88, 90, 92, 94, 132, 133, 188, 189, 197, 198, 235, 258, 259, 260, 261, 263, 264, 265, 266,
      268, 280, 316, 452, 463, 466,
    ],
    socket: 41,
  },
  arm64: {
    elf: 183,
    audit: 0xc00000b7,
    code: [
      '88 14 80 d2', // mov  x8, #164        setrlimit
      'e0 00 80 d2', // mov  x0, #7          RLIMIT_NOFILE
      'c1 02 00 10', // adr  x1, limit
      '01 00 00 d4', // svc  #0
      'e8 14 80 d2', // mov  x8, #167        prctl
      'c0 04 80 d2', // mov  x0, #38         PR_SET_NO_NEW_PRIVS
      '21 00 80 d2', // mov  x1, #1
      '02 00 80 d2 03 00 80 d2 04 00 80 d2', // mov  x2, #0; mov x3, #0; mov x4, #0
      '01 00 00 d4', // svc  #0
      '29 02 00 10', // adr  x9, filter
      'LENGTH 80 d2', // mov  x10, #LENGTH
      'ea 27 bf a9', // stp  x10, x9, [sp, #-16]!   struct sock_fprog
      'a8 22 80 d2', // mov  x8, #277        seccomp
      '20 00 80 d2', // mov  x0, #1          SECCOMP_SET_MODE_FILTER
      '21 00 80 d2', // mov  x1, #1          SECCOMP_FILTER_FLAG_TSYNC
      'e2 03 00 91', // mov  x2, sp
      '01 00 00 d4', // svc  #0
      'ff 43 00 91 c0 03 5f d6', // add  sp, sp, #16; ret
      '1f 20 03 d5 1f 20 03 d5 1f 20 03 d5', // nop; nop; nop
    ].join(' '),
    denied: [117, 270, 271, 221, 281, 438],
    changes: [5, 6, 14, 15, 33, 34, 35, 36, 37, 38, 45, 53, 54, 88, 276, 452, 463, 466],
    socket: 198,
  },
};

export type SandboxArchitecture = keyof typeof MACHINES;
export const SANDBOXES = Object.keys(MACHINES) as SandboxArchitecture[];

export function sandboxName(architecture: SandboxArchitecture): string {
  return `sandbox-${architecture}.node`;
}

/**
 * A decoder opens no more files, and changes no file. clamd unpacks into files and listens on a Unix socket, but needs
 * no network.
 */
export interface Sandbox {
  readonly openFiles: number;
  readonly isOffline: boolean;
  readonly isReadOnly: boolean;
}
const DECODER_SANDBOX: Sandbox = { openFiles: 0, isOffline: false, isReadOnly: true };
export const CLAMD_SANDBOX: Sandbox = { openFiles: 1024, isOffline: true, isReadOnly: false };

export function writeClamdSandboxes(folder: string): void {
  for (const architecture of SANDBOXES) {
    writeFileSync(join(folder, sandboxName(architecture)), sandboxLibrary(architecture, CLAMD_SANDBOX));
  }
}

/** Writes one library per processor beside a decoder's script. */
export function writeSandboxes(folder: string): void {
  for (const architecture of SANDBOXES) {
    writeFileSync(join(folder, sandboxName(architecture)), sandboxLibrary(architecture));
  }
}

const [LOAD, DYNAMIC, GNU_STACK] = [1, 2, 0x6474e551];
const [READ_WRITE, READ_EXECUTE] = [6, 5];
/** Linux's largest page size on these processors. */
const PAGE = 0x10000;

/**
 * ELF (https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html): headers, the tables that a loader demands, the
 * code, and the dynamic section.
 */
export function sandboxLibrary(architecture: SandboxArchitecture, sandbox = DECODER_SANDBOX): Buffer {
  const { elf } = MACHINES[architecture];
  const programHeaders = 64;
  const hash = programHeaders + 4 * 56;
  const symbols = hash + 16;
  const strings = symbols + 24;
  const init = alignOffset(strings + 1);
  const text = assemble(architecture, sandbox);
  const dynamic = alignOffset(init + text.length);
  // A table of one symbol and one bucket; the only other symbol is the null symbol.
  const tables = [[4, hash], [5, strings], [6, symbols], [10, 1], [11, 24], [12, init], [0, 0]];
  const file = Buffer.alloc(dynamic + tables.length * 16);
  file.write('7f454c46020101', 'hex');
  [3, elf].forEach((value, i) => file.writeUInt16LE(value, 16 + 2 * i));
  file.writeUInt32LE(1, 20);
  file.writeUInt32LE(programHeaders, 32);
  [64, 56, 4, 64].forEach((value, i) => file.writeUInt16LE(value, 52 + 2 * i));
  const segments = [
    [LOAD, READ_EXECUTE, 0, 0, init + text.length, PAGE],
    [LOAD, READ_WRITE, dynamic, PAGE + dynamic, tables.length * 16, PAGE],
    [DYNAMIC, READ_WRITE, dynamic, PAGE + dynamic, tables.length * 16, 8],
    [GNU_STACK, READ_WRITE, 0, 0, 0, 16],
  ];
  segments.forEach((segment, i) => file.set(programHeader(segment), programHeaders + 56 * i));
  [1, 1, 0, 0].forEach((value, i) => file.writeUInt32LE(value, hash + 4 * i));
  file.set(text, init);
  tables.flat().forEach((value, i) => file.writeBigUInt64LE(BigInt(value), dynamic + 8 * i));
  return file;
}

/** The code, the soft and the hard limit, and the filter. */
function assemble(architecture: SandboxArchitecture, { openFiles, ...rules }: Sandbox): Buffer {
  const machine = MACHINES[architecture];
  const filter = seccompFilter(machine, rules);
  const count = filter.length / 8;
  // An immediate byte on x86-64; on arm64 bits 5 to 20, above the number of the register.
  const length = architecture === 'x64' ? [count] : [(count * 32 + 10) % 256, Math.floor(count / 8)];
  const limit = Buffer.alloc(16);
  [0, 8].forEach(at => limit.writeBigUInt64LE(BigInt(openFiles), at));
  return Buffer.concat([
    Buffer.from(machine.code.replace('LENGTH', Buffer.from(length).toString('hex')).replace(/ /g, ''), 'hex'), limit,
    filter,
  ]);
}

function programHeader([type, flags, offset, address, size, alignment]: number[]): Buffer {
  const header = Buffer.alloc(56);
  header.writeUInt32LE(type, 0);
  header.writeUInt32LE(flags, 4);
  [offset, address, address, size, size, alignment].forEach(
    (value, i) => header.writeBigUInt64LE(BigInt(value), 8 + 8 * i),
  );
  return header;
}

const [LOAD_WORD, JUMP_EQUAL, JUMP_GREATER_OR_EQUAL, RETURN] = [0x20, 0x15, 0x35, 0x06];
const [ALLOW, DENY] = [0x7fff0000, 0x00050001];
/** `seccomp_data`: the number of the call, the architecture, and the low half of the first argument. */
const [CALL, ARCHITECTURE, FIRST] = [0, 4, 16];
const UNIX = 1;
/**
 * With this call a process could make sockets and rename files past the filter; its number is the same on both
 * processors.
 */
const IO_URING_SETUP = 425;
/** Call numbers of the x32 interface begin here. */
const X32 = 0x40000000;

/** seccomp(2): denied calls fail with EPERM, and so do all calls of another architecture. */
function seccompFilter(
  { audit, socket, ...machine }: Machine, { isOffline, isReadOnly }: Omit<Sandbox, 'openFiles'>,
): Buffer {
  const denied = [...machine.denied, IO_URING_SETUP, ...isReadOnly ? machine.changes : []];
  // The filter denies sockets of all families except Unix, and so the network.
  const sockets = isOffline ? [[JUMP_EQUAL, 0, 2, socket], [LOAD_WORD, 0, 0, FIRST], [JUMP_EQUAL, 0, 1, UNIX]] : [];
  const count = denied.length + sockets.length + 6;
  const toDeny = (at: number): number => count - 1 - at - 1;
  const instructions = [
    [LOAD_WORD, 0, 0, ARCHITECTURE],
    [JUMP_EQUAL, 0, toDeny(1), audit],
    [LOAD_WORD, 0, 0, CALL],
    [JUMP_GREATER_OR_EQUAL, toDeny(3), 0, X32],
    ...denied.map((call, i) => [JUMP_EQUAL, toDeny(4 + i), 0, call]),
    ...sockets,
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, DENY],
  ];
  return Buffer.concat(instructions.map(([code, ifTrue, ifFalse, operand]) => {
    const instruction = Buffer.alloc(8);
    instruction.writeUInt16LE(code, 0);
    instruction.writeUInt8(ifTrue, 2);
    instruction.writeUInt8(ifFalse, 3);
    instruction.writeUInt32LE(operand, 4);
    return instruction;
  }));
}

function alignOffset(offset: number): number {
  return Math.ceil(offset / 16) * 16;
}
