/** What the operating system asks the analyst, as the handlers see it. */
import type { InvokeArgs } from '../../shared/contract.ts';
import type { ReportFormat } from '../../shared/report.ts';

export type PemFile = InvokeArgs<'connections.pickFile'>['what'];

/** Questions that the operating system asks the analyst. */
export interface Dialogs {
  /** A file to import, or null where the analyst thought better of it. */
  openExtract(): Promise<string | null>;
  /** Extracts to look at, or none. */
  openExtracts(): Promise<readonly string[]>;
  /** A file of curves to import, or null. */
  openCurves(): Promise<string | null>;
  /** A PEM file, or null. */
  openPem(what: PemFile): Promise<string | null>;
  /** A connection profile, or null. */
  openProfile(): Promise<string | null>;
  /** Where events for a SIEM are to be written, or null. */
  pickEventFile(): Promise<string | null>;
  /** A file to keep beside breaks, or null. */
  openEvidence(): Promise<string | null>;
  /** Where to save such a file, or null. */
  saveEvidence(suggested: string): Promise<string | null>;
  /** An edited workbook of breaks, or null. */
  openSheet(): Promise<string | null>;
  /** Where to save one, or null. An existing file was confirmed by the dialog. */
  saveSheet(suggested: string): Promise<string | null>;
  /** An evidence pack to check, or null. */
  openPack(): Promise<string | null>;
  /** Where to save one, or null. An existing file was confirmed by the dialog. */
  savePack(suggested: string): Promise<string | null>;
  /** Where to save, or null. An existing file was confirmed by the dialog. */
  saveReport(suggested: string, format: ReportFormat): Promise<string | null>;
  reveal(path: string): void;
  /** Opens a file with the system's own program for it. @returns why not; empty where it was opened. */
  open(path: string): Promise<string>;
  /** Prints what the window shows for print. @returns why not; empty where it was printed or left. */
  print(): Promise<string>;
}
