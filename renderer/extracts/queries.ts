import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query';
import type { InvokeArgs } from '../../shared/contract.ts';
import type { ExtractChangeKind, ExtractChangeRow, ExtractFault } from '../../shared/extracts.ts';
import { ask } from '../asking.ts';
import { answered, bridge } from '../bridge.ts';
import { KEYS } from '../query-keys.ts';
import type { RowSource } from '../ui/windowed-rows.ts';

export type WantedMapping = InvokeArgs<'extracts.preview'>['mapping'];

export function extractsQuery(month: string) {
  return queryOptions({
    queryKey: [KEYS.extracts, month],
    queryFn: () => answered(bridge()['extracts.list']({ month })),
  });
}

export const mappingsQuery = queryOptions({
  queryKey: [KEYS.mappings],
  queryFn: () => answered(bridge()['mappings.list']()),
});

export function mappingQuery(sha256: string) {
  return queryOptions({
    queryKey: [KEYS.mappings, sha256],
    queryFn: () => answered(bridge()['mappings.show']({ sha256 })),
    // A mapping under its hash never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The file is read once for each mapping that is tried; what was shown stays until the next is there. */
export function previewQuery(fileId: string, mapping: WantedMapping) {
  return queryOptions({
    queryKey: ['extract-preview', fileId, mapping],
    queryFn: ({ signal }) =>
      ask('extract-preview', (askId) => bridge()['extracts.preview']({ fileId, mapping, askId }), signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export const chooseExtracts = mutationOptions({
  mutationKey: ['extracts.choose'],
  mutationFn: () => answered(bridge()['extracts.choose']()),
});

export const importExtract = mutationOptions({
  mutationKey: ['extracts.import'],
  mutationFn: (asked: InvokeArgs<'extracts.import'>) => answered(bridge()['extracts.import'](asked)),
});

/** @param shown names the preview whose faults they are. */
export function faultsOf(fileId: string, shown: string): RowSource<ExtractFault> {
  return {
    key: ['extract-faults', fileId, shown],
    fetch: (offset, limit) => answered(bridge()['extracts.faults']({ fileId, offset, limit })),
  };
}

export function changesOf(importId: string, kind: ExtractChangeKind | null): RowSource<ExtractChangeRow> {
  return {
    key: ['extract-changes', importId, kind],
    fetch: (offset, limit) => answered(bridge()['extracts.changes']({ importId, kind, offset, limit })),
  };
}
