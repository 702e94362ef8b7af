import { each, measure } from './imaging-process';
import { transformed } from '../peers/transform-per-request';

void measure(async (bytes, task) => () => each(task, (side, format) => transformed(bytes, side, format)));
