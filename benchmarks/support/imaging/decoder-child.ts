import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { DECODER_OPTIONS, buildDecoderEnvironment } from '../../../lambda/imaging/decoder/child-process';
import { type Frame, MAX_ANSWER_BYTES, readFrames, writeFrame } from '../../../lambda/imaging/decoder/frames';
import { type Answer, packJob } from '../../../lambda/imaging/decoder/messages';
import type { ImageJob } from '../../../lambda/imaging/pipeline/job';
import { ROOT } from '../bundles';

/** The decoder as built, started as the pool starts it, with its process in reach. */
export class DecoderChild {
  private readonly child: ChildProcess;
  private readonly answers: ((answer: Frame) => void)[] = [];
  private readonly early: Frame[] = [];

  constructor() {
    const script = join(ROOT, 'assets', 'worker', 'decoder.js');
    this.child = spawn(process.execPath, [...DECODER_OPTIONS, script], {
      env: buildDecoderEnvironment(),
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    readFrames(this.channel, MAX_ANSWER_BYTES, frame => this.receive(frame), () => this.end());
  }

  get pid(): number {
    return this.child.pid!;
  }

  async waitUntilReady(): Promise<void> {
    await this.receiveNext();
  }

  async decode(job: ImageJob): Promise<void> {
    writeFrame(this.channel, packJob(job));
    const { kind } = (await this.receiveNext()).head as Answer;
    if (kind !== 'image') throw new Error(`a photograph must be decoded, got: ${kind}`);
  }

  end(): void {
    this.child.kill('SIGKILL');
  }

  private get channel(): Socket {
    return this.child.stdio[3] as Socket;
  }

  private receive(answer: Frame): void {
    const waiting = this.answers.shift();
    if (waiting) waiting(answer);
    else this.early.push(answer);
  }

  private async receiveNext(): Promise<Frame> {
    return this.early.shift() ?? new Promise(resolve => this.answers.push(resolve));
  }
}
