/** The last page: what is signed for, who signed in Tieout, and lines to sign on. */
import type { ReportHead } from '../report-document.ts';
import { COLOURS, MARGIN, type PdfPages } from './pdf-pages.ts';
import { shownTime } from './shown.ts';

export function signatures(pages: PdfPages, head: ReportHead): void {
  pages.addPage();
  const width = pages.width - 2 * MARGIN;
  pages.text(MARGIN, MARGIN, 'Signatures', { size: 15, bold: true });
  let y = pages.paragraph(
    MARGIN,
    MARGIN + 32,
    'Whoever signs here signs for what these hashes stand for. Keep a signed copy where whoever can write the workspace cannot reach it: what was recorded up to the last audit event below cannot then be changed without it showing.',
    width,
    { colour: COLOURS.muted },
  );
  y += 8;
  for (const [label, hash] of [
    ['recon_sha256', head.recon_sha256],
    ['Audit head of the reconciliation', head.audit_head.sha256],
    [`Last audit event told of here (${head.read_until.seq})`, head.read_until.sha256],
  ] as const) {
    pages.text(MARGIN, y, label, { colour: COLOURS.muted, size: 8.5, width: 160 });
    pages.text(MARGIN + 164, y, hash, { size: 8.5, width: width - 164 });
    y += 15;
  }
  y += 14;
  for (const { act, actor, at, reason } of head.sign_off.acts.slice(-12)) {
    pages.text(MARGIN, y, `${act} by ${actor}`, { bold: true, width: 220 });
    pages.text(MARGIN + 224, y, `${shownTime(at)}${reason === null ? '' : `: ${reason}`}`, {
      width: width - 224,
    });
    y += 16;
  }
  if (head.sign_off.acts.length === 0) {
    pages.text(MARGIN, y, 'The month has not been signed in Tieout.', { colour: COLOURS.muted });
    y += 16;
  }
  y += 34;
  for (const [role, name] of [
    ['Preparer', head.preparer],
    ['Reviewer', ''],
  ] as const) {
    for (const [at, [label, share]] of (
      [
        ['Signature', 0.5],
        ['Date', 0.2],
      ] as const
    ).entries()) {
      const x = MARGIN + (at === 0 ? 0 : width * 0.55);
      pages.line(x, y + 30, x + width * share, y + 30, COLOURS.ink);
      pages.text(
        x,
        y + 34,
        at === 0 ? `${role}${name === '' ? '' : `, ${name}`}: ${label.toLowerCase()}` : label,
        {
          size: 8.5,
          colour: COLOURS.muted,
          width: width * share,
        },
      );
    }
    y += 78;
  }
}
