import { expect, it } from 'vitest';
import { isFirstUse } from '../../../renderer/frame/first-use.ts';

it('greets where there is no connection and no month, and hides no month that the command has synced', () => {
  expect(isFirstUse([], false, [])).toBe(true);
  expect(isFirstUse([], false, ['2024-03'])).toBe(false);
  expect(isFirstUse(['acme'], false, [])).toBe(false);
  expect(isFirstUse([], true, [])).toBe(false);
});
