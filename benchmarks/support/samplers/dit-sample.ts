import { makeEach, measure } from './imaging-process';
import { transformImage } from '../../peers/transform-per-request';

void measure(async (bytes, task) => () => makeEach(task, (side, format) => transformImage(bytes, side, format)));
