import { FlaskConical, FolderOpen, KeyRound } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import type { AppInfo } from '../../shared/contract.ts';

interface TopBarProps {
  readonly info: AppInfo;
  readonly leaving: boolean;
  readonly onLeave: () => void;
}

function lastName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

export function TopBar({ info, leaving, onLeave }: TopBarProps) {
  return (
    <header className="top-bar">
      <FolderOpen aria-hidden className="icon" />
      <span className="workspace" title={info.workspace}>
        <span className="unseen">Workspace </span>
        {lastName(info.workspace)}
      </span>
      {info.sample && (
        <div className="sample" role="note" aria-label="Sample workspace">
          <FlaskConical aria-hidden className="icon" />
          <span>
            <strong>Sample workspace:</strong> the vendor and ledger are made up
          </span>
          <Button className="button small" isPending={leaving} onPress={onLeave}>
            Leave
          </Button>
        </div>
      )}
      <span className="spacer" />
      {info.keychain === 'unavailable' && (
        <span className="keychain" title={info.keychainMessage ?? undefined}>
          <KeyRound aria-hidden className="icon" /> Keychain unavailable
        </span>
      )}
      <span className="version">Tieout {info.version}</span>
    </header>
  );
}
