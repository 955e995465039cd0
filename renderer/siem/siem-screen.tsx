import { useMutation, useQuery } from '@tanstack/react-query';
import { Plus, RadioTower } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { AppInfo } from '../../shared/contract.ts';
import type { SiemTargetView } from '../../shared/siem.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Mark } from '../ui/mark.tsx';
import { RemoveDialog } from '../ui/remove-dialog.tsx';
import { KIND_NAMES } from './kind-names.ts';
import { removeTarget, targetsQuery, testTarget } from './queries.ts';
import { TargetForm } from './target-form.tsx';
import { TargetMark, TargetProgress, TargetTrouble } from './target-state.tsx';

type Editing = { readonly kind: 'new' } | { readonly kind: 'edit'; readonly name: string } | null;

/** Where the audit chain is forwarded to, and how far each target has got. */
export function SiemScreen({ info }: { readonly info: AppInfo }) {
  const targets = useQuery(targetsQuery);
  const [editing, setEditing] = useState<Editing>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const announce = useAnnounce();
  const remove = useMutation({ ...removeTarget, onError: (error) => announce('bad', error.message) });
  const known = targets.data ?? [];
  const edited = editing?.kind === 'edit' ? known.find(({ name }) => name === editing.name) : undefined;

  return (
    <main className="screen connections" aria-label="SIEM">
      <div className="connections-list">
        <header className="screen-head">
          <h1>SIEM</h1>
          <Button className="button" onPress={() => setEditing({ kind: 'new' })}>
            <Plus aria-hidden className="icon" /> Add a target
          </Button>
        </header>
        {targets.error && <ErrorNotice error={targets.error} onRetry={() => void targets.refetch()} />}
        {targets.data?.length === 0 ? (
          <Empty icon={RadioTower} title="No target yet">
            <p>
              A target receives every event of the audit chain, in order: an OTLP collector, a syslog
              receiver, an HTTP event collector or a file.
            </p>
          </Empty>
        ) : (
          <ul className="connection-cards" aria-label="Targets">
            {known.map((target) => (
              <TargetCard
                key={target.name}
                target={target}
                isCurrent={edited?.name === target.name}
                onEdit={() => setEditing({ kind: 'edit', name: target.name })}
                onRemove={() => setRemoving(target.name)}
              />
            ))}
          </ul>
        )}
      </div>
      {(editing?.kind === 'new' || edited) && (
        <TargetForm
          key={edited?.name ?? ''}
          target={edited ?? null}
          taken={known.map(({ name }) => name)}
          keychainMissing={info.keychain === 'unavailable'}
          onClose={() => setEditing(null)}
        />
      )}
      <RemoveDialog
        name={removing}
        text="No more events are sent to it, and its secret in the keychain is removed. A target that is added again begins with the first event."
        onCancel={() => setRemoving(null)}
        onRemove={(name) => {
          setRemoving(null);
          if (edited?.name === name) setEditing(null);
          remove.mutate(name);
        }}
      />
    </main>
  );
}

interface TargetCardProps {
  readonly target: SiemTargetView;
  readonly isCurrent: boolean;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function TargetCard({ target, isCurrent, onEdit, onRemove }: TargetCardProps) {
  const announce = useAnnounce();
  const test = useMutation({
    ...testTarget,
    onSuccess: () => announce('ok', `“${target.name}” takes events.`),
    onError: (error) => announce('bad', error.message),
  });
  const { name, settings } = target;
  const address = settings.kind === 'file' ? settings.path : settings.url;
  return (
    <li className="connection-card" data-current={isCurrent || undefined}>
      <div className="connection-name">
        <strong className="ellipsis">{name}</strong>
        <TargetMark target={target} />
      </div>
      <div className="connection-url ellipsis" title={address}>
        {KIND_NAMES[settings.kind]}, {address}
      </div>
      <TargetProgress target={target} />
      {settings.kind !== 'file' && settings.allowPlain && <Mark kind="break" word="Unencrypted allowed" />}
      <TargetTrouble target={target} />
      <div className="connection-actions">
        <Button
          className="button small"
          aria-label={`Test ${name}`}
          isPending={test.isPending}
          onPress={() => test.mutate(name)}
        >
          Test
        </Button>
        <Button className="button small" aria-label={`Edit ${name}`} onPress={onEdit}>
          Edit
        </Button>
        <Button className="button small" aria-label={`Remove ${name}`} onPress={onRemove}>
          Remove
        </Button>
      </div>
    </li>
  );
}
