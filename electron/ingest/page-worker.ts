/** The worker's side of `page-workers.ts`: reads one body at a time, with a reader for each plan it was told. */
import { parentPort } from 'node:worker_threads';
import { asTieoutError } from '../../shared/errors.ts';
import { PageReader } from './page-reading.ts';
import type { WorkerAnswer, WorkerRequest } from './page-workers.ts';

const port = parentPort;
const readers = new Map<number, PageReader>();

function answer(request: Extract<WorkerRequest, { type: 'read' }>): WorkerAnswer {
  const { id, plan, page, body, contentType } = request;
  try {
    const reader = readers.get(plan);
    if (!reader) throw new Error(`no plan ${plan}`);
    return { id, ok: true, value: reader.read(page, body, contentType) };
  } catch (error) {
    return { id, ok: false, error: asTieoutError(error).toShape() };
  }
}

port?.on('message', (request: WorkerRequest) => {
  switch (request.type) {
    case 'plan':
      readers.set(request.plan, new PageReader(request.reading, request.calendars));
      return;
    case 'forget':
      readers.delete(request.plan);
      return;
    case 'read': {
      const told = answer(request);
      // Freed at once: the collector would let a hundred bodies gather.
      request.body.buffer.transfer(0);
      const kept =
        told.ok && told.value.kind === 'records'
          ? [told.value.content.rows.buffer, told.value.content.packed.buffer]
          : [];
      port.postMessage(told, kept);
    }
  }
});
