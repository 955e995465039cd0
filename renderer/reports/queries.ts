import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { InvokeArgs } from '../../shared/contract.ts';
import type { ReportSheetId } from '../../shared/report.ts';
import { ask } from '../asking.ts';
import { answered, bridge } from '../bridge.ts';
import { KEYS } from '../query-keys.ts';

export function previewQuery(month: string) {
  return queryOptions({
    queryKey: [KEYS.reports, 'preview', month],
    queryFn: ({ signal }) =>
      ask('report-preview', (askId) => bridge()['report.preview']({ month, askId }), signal),
    retry: false,
  });
}

export function sheetQuery(month: string, sheet: ReportSheetId) {
  return queryOptions({
    queryKey: [KEYS.reports, 'sheet', month, sheet],
    queryFn: ({ signal }) =>
      ask('report-sheet', (askId) => bridge()['report.sheet']({ month, sheet, askId }), signal),
    retry: false,
  });
}

export function exportsQuery(month: string) {
  return queryOptions({
    queryKey: [KEYS.reports, 'exports', month],
    queryFn: () => answered(bridge()['report.list']({ month })),
    // Files change without word to the app: each look is a new one.
    staleTime: 0,
    refetchOnMount: 'always',
    refetchOnWindowFocus: 'always',
  });
}

/** Asks in the system's dialog where to save; null where the analyst thought better of it. */
export const writeReport = mutationOptions({
  mutationKey: ['report.start'],
  mutationFn: (args: InvokeArgs<'report.start'>) => answered(bridge()['report.start'](args)),
});

/** The same for power sales in the form of an EQR. */
export const writeEqr = mutationOptions({
  mutationKey: ['report.eqr'],
  mutationFn: (args: InvokeArgs<'report.eqr'>) => answered(bridge()['report.eqr'](args)),
});

export const revealReport = mutationOptions({
  mutationKey: ['report.reveal'],
  mutationFn: (args: InvokeArgs<'report.reveal'>) => answered(bridge()['report.reveal'](args)),
});

export const openReport = mutationOptions({
  mutationKey: ['report.open'],
  mutationFn: (args: InvokeArgs<'report.open'>) => answered(bridge()['report.open'](args)),
});

/** The pages of the month's PDF. */
export function pagesQuery(month: string) {
  return queryOptions({
    queryKey: [KEYS.reports, 'pages', month],
    queryFn: ({ signal }) =>
      ask('report-pages', (askId) => bridge()['report.pages']({ month, askId }), signal),
    retry: false,
  });
}

/** Prints what the window shows for print: the pages. */
export const printPages = mutationOptions({
  mutationKey: ['report.print'],
  mutationFn: () => answered(bridge()['report.print']()),
});
