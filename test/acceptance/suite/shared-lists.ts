import { randomUUID } from 'node:crypto';
import { AS_SERVICE } from './sharing';
import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import { type ImageView, VIEWER_FIELDS } from '../support/model';
import { expectProblem } from '../support/problems';
import { eventually, range } from '../support/together';
import { listIds, walk } from '../support/walk';

export function sharedListsSuite(environment: TestEnvironment): void {
  describe('GET /images of others', () => {
    const group = `g-${randomUUID()}`;
    const bob = new Client(environment, undefined, [group, 'others']);
    const owners = [new Client(environment), new Client(environment)];
    const forBob: ImageView[] = [];
    const forGroup: ImageView[] = [];

    beforeAll(async () => {
      for (const i of range(6)) {
        forBob.push(await owners[i % 2].createReady({ shared_with: [`user:${bob.user}`], tags: ['t'] }));
        forGroup.push(await owners[i % 2].createReady({ shared_with: ['user:nobody', `group:${group}`] }));
      }
      // None of these is an image of others that is ready.
      await bob.createReady({ shared_with: [`user:${bob.user}`, `group:${group}`] });
      await owners[0].createUploaded({ shared_with: [`user:${bob.user}`] });
      await owners[0].createRejected({ shared_with: [`user:${bob.user}`, `group:${group}`] });
      await eventually(async () => {
        expect((await walk(bob, 'limit=100&shared=true')).length).toBe(6);
        expect((await walk(bob, `limit=100&group=${group}`)).length).toBe(6);
      });
    });

    const newestFirst = (images: readonly ImageView[]) => listIds(images).reverse();

    test('lists those shared with the user, each in the view of viewers', async () => {
      const images = await walk(bob, 'limit=2&shared=true');
      expect(listIds(images)).toEqual(newestFirst(forBob));
      for (const image of images) {
        expect(Object.keys(image).sort()).toEqual([...VIEWER_FIELDS].sort());
        expect(image).toEqual(await bob.image(image.image_id));
      }
      expect(listIds(await walk(bob, 'limit=4&shared=true&order=asc'))).toEqual(listIds(forBob));
      expect(await walk(new Client(environment), 'shared=true')).toEqual([]);
    });

    test('lists those shared with a group, to its members only', async () => {
      expect(listIds(await walk(bob, `limit=2&group=${group}`))).toEqual(newestFirst(forGroup));
      expect(listIds(await walk(owners[0], ''))).toContain(forGroup[0].image_id);
      expect(await walk(bob, 'group=others')).toEqual([]);
      expectProblem(await bob.list('group=strangers'), 'forbidden');
      expectProblem(await owners[0].list(`group=${group}`), 'forbidden');
    });

    test('does not list images of others among own ones', async () => {
      const own = await walk(bob);
      expect(own.map(({ user_id }) => user_id)).toEqual(own.map(() => bob.user));
    });

    test('takes created_after and created_before', async () => {
      const [, second, third] = forBob;
      const after = await walk(bob, `shared=true&created_after=${second.created_at}&order=asc`);
      expect(listIds(after)).toEqual(listIds(forBob).slice(2));
      const before = await walk(bob, `shared=true&created_before=${third.created_at}&order=asc`);
      expect(listIds(before)).toEqual(listIds(forBob).slice(0, 2));
    });

    test.each([
      ['shared=true&tag=t', 'tag'], ['shared=true&status=ready', 'status'],
      ['shared=true&content_type=image/jpeg', 'content_type'], ['group=others&tag=t', 'tag'], ['shared=false', 'shared'],
      ['shared=', 'shared'], ['shared=True', 'shared'], ['shared=true&shared=true', 'shared'], ['group=', 'group'],
      ['group=a%20b', 'group'], ['group=strangers&limit=0', 'limit'], [`group=${'a'.repeat(129)}`, 'group'],
      ['group=others&group=others', 'group'], ['shared=true&group=others', 'group'],
    ])('%s is 400', async (query, path) => {
      expectProblem(await bob.list(query), 'invalid-request', [path]);
    });

    test('needs a user', async () => {
      expectProblem(await bob.call('GET', '/images?shared=true', AS_SERVICE), 'unauthenticated');
    });

    test('binds a cursor to the user and the list, but not to groups or the limit', async () => {
      const { next_cursor: shared } = await bob.page('limit=2&shared=true');
      const { next_cursor: grouped } = await bob.page(`limit=2&group=${group}`);
      const promoted = new Client(environment, bob.user, ['new', group]);
      expect(listIds((await promoted.page(`limit=3&shared=true&cursor=${shared}`)).images)).toEqual(
        newestFirst(forBob).slice(2, 5),
      );
      expect(listIds((await promoted.page(`group=${group}&cursor=${grouped}`)).images)).toEqual(
        newestFirst(forGroup).slice(2),
      );
      for (const query of [
        `cursor=${shared}`, `group=${group}&cursor=${shared}`, `shared=true&cursor=${grouped}`,
        `group=others&cursor=${grouped}`, `shared=true&order=asc&cursor=${shared}`,
      ]) expectProblem(await bob.list(query), 'invalid-cursor');
      const other = new Client(environment, undefined, [group]);
      expectProblem(await other.list(`group=${group}&cursor=${grouped}`), 'invalid-cursor');
      // Membership is checked before the cursor.
      expectProblem(await new Client(environment, bob.user).list(`group=${group}&cursor=x`), 'forbidden');
    });

    test('loses an image that is unshared or deleted', async () => {
      const user = new Client(environment);
      const shared_with = [`user:${user.user}`];
      const ids: string[] = [];
      for (const _ of range(3)) ids.push((await owners[0].createReady({ shared_with })).image_id);
      await eventually(async () => { expect((await user.page('shared=true')).images.length).toBe(3); });
      expectStatus(await owners[0].patch(ids[0], { shared_with: ['user:x'] }), 200);
      expectStatus(await owners[0].delete(ids[1]), 204);
      await eventually(async () => { expect(listIds(await walk(user, 'shared=true'))).toEqual([ids[2]]); });
    });
  });
}
