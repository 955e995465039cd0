import { expect, test } from 'vitest';
import { answered, BridgeError } from '../../../renderer/answer.ts';

test('a value is handed on', async () => {
  await expect(answered(Promise.resolve({ ok: true, value: 7 }))).resolves.toBe(7);
});

test('an error keeps its code and details', async () => {
  const error = {
    code: 'vendor-timeout',
    message: 'The vendor did not answer.',
    details: { page: 7 },
  } as const;
  const failed = answered(Promise.resolve({ ok: false, error }));
  await expect(failed).rejects.toBeInstanceOf(BridgeError);
  await expect(failed).rejects.toMatchObject(error);
});

test('a main process that does not answer is an internal error that keeps its cause', async () => {
  const cause = new Error('reply was never sent');
  const failed = answered(Promise.reject<never>(cause));
  await expect(failed).rejects.toMatchObject({ name: 'BridgeError', code: 'internal', cause });
});
