import { each, measure } from './imaging-process';
import { transformImage } from '../../peers/transform-per-request';

void measure(async (bytes, task) => () => each(task, (side, format) => transformImage(bytes, side, format)));
