import { createIPX } from 'ipx';
import { makeEach, measure } from './imaging-process';

/**
 * ipx as its pages show it (https://github.com/unjs/ipx), except that images come from memory: the figures exclude
 * reading them.
 */
void measure(async (bytes, task) => {
  const ipx = createIPX({
    storage: { name: 'memory', getMeta: () => ({}), getData: () => bytes as unknown as ArrayBuffer },
  });
  return () => makeEach(task, async (side, format) => {
    const { data } = await ipx('photo.jpg', { resize: `${side}x${side}`, fit: 'inside', format }).process();
    return Buffer.from(data);
  });
});
