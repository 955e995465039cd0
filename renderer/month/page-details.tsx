import type { PageRow } from '../../shared/views.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { DigestFull } from '../ui/digest.tsx';
import { Notice } from '../ui/notice.tsx';
import { count } from '../ui/quantity.ts';
import { localTime } from '../ui/zoned-time.ts';

interface PageDetailsProps {
  readonly page: PageRow;
  readonly onClose: () => void;
}

export function PageDetails({ page, onClose }: PageDetailsProps) {
  return (
    <DetailsPanel title={`Page ${count(page.page)}`} onClose={onClose}>
      {page.warning && <Notice tone="warn">{page.warning}</Notice>}
      <dl className="facts">
        <Fact name="Page hash">
          <DigestFull digest={page.pageSha256} what="page hash" />
        </Fact>
        <Fact name="Body hash">
          <DigestFull digest={page.bodySha256} what="body hash" />
        </Fact>
        <Fact name="Received">
          <span title={page.receivedAt}>{localTime(page.receivedAt)}</span>, {count(page.bytes)} bytes
        </Fact>
        <Fact name="Request id">
          <span className="hex">{page.requestId}</span>
          <CopyButton text={page.requestId} what="request id" />
        </Fact>
      </dl>
    </DetailsPanel>
  );
}
