import './without-eval.ts';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Frame } from './frame/frame.tsx';
import { createQueryClient } from './query-client.ts';
import { Announcements } from './ui/announcements.tsx';
import './ui/tokens.css';
import './ui/base.css';
import './ui/buttons.css';
import './ui/fields.css';
import './ui/overlays.css';
import './ui/grid.css';
import './ui/pieces.css';
import './frame/frame.css';
import './connections/connections.css';
import './siem/siem.css';
import './packs/packs.css';
import './reports/reports.css';
import './month/month.css';
import './month/panes.css';
import './month/letters.css';
import './month/changes.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root".');

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <Announcements>
        <Frame />
      </Announcements>
    </QueryClientProvider>
  </StrictMode>,
);
