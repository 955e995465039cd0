import { useMutation } from '@tanstack/react-query';
import { KeyRound, PlugZap, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { AppInfo } from '../../shared/contract.ts';
import type { ConnectionView } from '../../shared/views.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { Empty } from '../ui/empty.tsx';
import { Mark } from '../ui/mark.tsx';
import { Notice } from '../ui/notice.tsx';
import { RemoveDialog } from '../ui/remove-dialog.tsx';
import { ConnectionForm } from './connection-form.tsx';
import { removeConnection } from './queries.ts';

interface ConnectionsScreenProps {
  readonly info: AppInfo;
  readonly connections: readonly ConnectionView[];
  /** Opens the form for a first connection at once. */
  readonly startNew: boolean;
}

type Editing = { readonly kind: 'new' } | { readonly kind: 'edit'; readonly name: string } | null;

export function ConnectionsScreen({ info, connections, startNew }: ConnectionsScreenProps) {
  const [editing, setEditing] = useState<Editing>(startNew ? { kind: 'new' } : null);
  const [removing, setRemoving] = useState<string | null>(null);
  const announce = useAnnounce();
  const remove = useMutation({ ...removeConnection, onError: (error) => announce('bad', error.message) });
  const edited = editing?.kind === 'edit' ? connections.find(({ name }) => name === editing.name) : undefined;

  return (
    <main className="screen connections" aria-label="Connections">
      <div className="connections-list">
        <header className="screen-head">
          <h1>Connections</h1>
          <Button className="button" onPress={() => setEditing({ kind: 'new' })}>
            <Plus aria-hidden className="icon" /> Add a connection
          </Button>
        </header>
        {info.keychain === 'unavailable' && (
          <Notice tone="warn" urgent>
            <strong>The keychain is unavailable.</strong>{' '}
            {info.keychainMessage ?? 'No client secret can be stored or read on this computer.'}
          </Notice>
        )}
        {connections.length === 0 ? (
          <Empty icon={PlugZap} title="No connection yet">
            <p>A connection says where your ETRM vendor’s API is and who asks.</p>
          </Empty>
        ) : (
          <ul className="connection-cards" aria-label="Connections">
            {connections.map((connection) => (
              <li
                key={connection.name}
                className="connection-card"
                data-current={edited?.name === connection.name || undefined}
              >
                <div className="connection-name">
                  <strong className="ellipsis">{connection.name}</strong>
                  <SecretMark stored={connection.hasSecret} />
                </div>
                <div className="connection-url ellipsis" title={connection.baseUrl}>
                  {connection.baseUrl}
                </div>
                <div className="connection-facts">
                  <span className="ellipsis">Client id {connection.clientId}</span>
                  <Differing connection={connection} />
                  {connection.allowHttp && <Mark kind="break" word="Plain HTTP allowed" />}
                </div>
                <div className="connection-actions">
                  <Button
                    className="button small"
                    aria-label={`Edit ${connection.name}`}
                    onPress={() => setEditing({ kind: 'edit', name: connection.name })}
                  >
                    Edit
                  </Button>
                  <Button
                    className="button small"
                    aria-label={`Remove ${connection.name}`}
                    isPending={remove.isPending && remove.variables === connection.name}
                    onPress={() => setRemoving(connection.name)}
                  >
                    Remove
                  </Button>
                </div>
              </li>
            ))}
          </ul>
        )}
      </div>
      {(editing?.kind === 'new' || edited) && (
        <ConnectionForm
          key={edited?.name ?? ''}
          connection={edited ?? null}
          taken={connections.map(({ name }) => name)}
          keychainMissing={info.keychain === 'unavailable'}
          onClose={() => setEditing(null)}
        />
      )}
      <RemoveDialog
        name={removing}
        text="The connection and its secret in the keychain are removed. Runs, evidence and reports that were made with it stay."
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

/** Where it is not as usual: its profile, and how many settings it has. */
function Differing({ connection }: { readonly connection: ConnectionView }) {
  const { profile, settings } = connection;
  const count = Object.keys(settings).length;
  return (
    <>
      {profile !== null && (
        <span className="ellipsis">
          Profile {profile.name} revision {profile.revision}
        </span>
      )}
      {count > 0 && <span>{count === 1 ? '1 setting' : `${count} settings`}</span>}
    </>
  );
}

function SecretMark({ stored }: { readonly stored: boolean | null }) {
  if (stored === null) return <Mark kind="none" word="Keychain unavailable" />;
  if (!stored) return <Mark kind="break" word="No secret stored" />;
  return (
    <span className="mark" data-tone="ok">
      <KeyRound aria-hidden className="icon" />
      <span>Secret in keychain</span>
    </span>
  );
}
