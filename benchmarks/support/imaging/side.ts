import type { ImagingSamples } from './samples';
import type { ImagingResult, ImagingTask } from './task';
import { listPhotos } from '../pictures/photos';
import type { Sampler } from '../rounds';

/** One side of a comparison, over all photos in turn, with the output of each. */
export class ImagingSide {
  private readonly results = new Map<string, ImagingResult>();

  constructor(private readonly samples: ImagingSamples, private readonly task: Omit<ImagingTask, 'photo'>) {}

  /** Takes one photo in each round. */
  readonly sample: Sampler = async round => {
    const paths = listPhotos();
    const photo = paths[round % paths.length];
    const result = await this.samples.take({ ...this.task, photo });
    this.results.set(photo, result);
    return result.micros;
  };

  /** The sum over the outputs of every photo. */
  computeTotal(what: 'bytes' | 'cameraBytes'): number {
    return [...this.results.values()].reduce((sum, result) => sum + result[what], 0);
  }
}
