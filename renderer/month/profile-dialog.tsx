import { Button } from 'react-aria-components/Button';
import { Heading } from 'react-aria-components/Heading';
import type { ProfileName, RetryProfile } from '../../shared/dead-letters.ts';
import type { BridgeError } from '../bridge.ts';
import { DialogFrame } from '../ui/dialog-frame.tsx';
import { DigestShort } from '../ui/digest.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { fieldWords } from './break-words.ts';
import type { ProfileRetry } from './profile-retry.ts';

/** Which profile letters are to be typed with again, and what it makes of their fields otherwise; or what is wrong with it. */
export function ProfileDialog({ retry }: { readonly retry: ProfileRetry }) {
  const { chosen, letters, error } = retry;
  return (
    <DialogFrame isOpen={chosen !== null || error !== null} onClose={retry.close} className="sheet-modal">
      <div className="decision">
        <Heading slot="title">
          {chosen === null ? `${fileOf(error)} cannot be used` : `Retry ${letters} with ${chosen.file}?`}
        </Heading>
        {error && <Faults error={error} />}
        {chosen && <Chosen chosen={chosen} />}
        <div className="dialog-actions">
          <Button className="button" onPress={retry.close}>
            Leave them
          </Button>
          <Button className="button" isPending={retry.picking} onPress={retry.pickAgain}>
            Choose another file…
          </Button>
          {chosen && (
            <Button className="button primary" autoFocus isPending={retry.pending} onPress={retry.go}>
              Retry
            </Button>
          )}
        </div>
      </div>
    </DialogFrame>
  );
}

/** The file that was refused, as far as the error names it. */
function fileOf(error: BridgeError | null): string {
  const path = error?.details.file ?? error?.details.path;
  return (typeof path === 'string' && path.split(/[\\/]/).at(-1)) || 'This profile';
}

/** All faults of the file, a line each. */
function Faults({ error }: { readonly error: BridgeError }) {
  const { faults } = error.details;
  if (!Array.isArray(faults)) return <ErrorNotice error={error} />;
  return (
    <div className="sheet-list">
      <table className="sides" aria-label="Faults of the profile">
        <thead>
          <tr>
            <th scope="col">Line and column, member, what is wrong</th>
          </tr>
        </thead>
        <tbody>
          {faults.map((fault) => (
            <tr key={String(fault)} data-differs>
              <td className="profile-fault">{String(fault)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Name({ profile: { name, revision, sha256 } }: { readonly profile: ProfileName }) {
  return (
    <span className="profile-name">
      <strong>{name}</strong> revision {revision} <DigestShort digest={sha256} groups={4} />
    </span>
  );
}

function Chosen({ chosen: { profile, instead, differences } }: { readonly chosen: RetryProfile }) {
  return (
    <>
      <dl className="facts">
        <div>
          <dt>Profile</dt>
          <dd>
            <Name profile={profile} />
          </dd>
        </div>
        <div>
          <dt>In place of</dt>
          <dd>
            <Name profile={instead} />
          </dd>
        </div>
      </dl>
      <p>
        For this retry alone: the connection keeps the profile that it has. What is refused again stays open,
        with the reasons of now.
      </p>
      {differences.length === 0 ? (
        <p className="quiet-text">Both make the same of a settlement; nothing would be read otherwise.</p>
      ) : (
        <div className="sheet-list">
          <table className="sides" aria-label="What it changes">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Now</th>
                <th scope="col">With this profile</th>
              </tr>
            </thead>
            <tbody>
              {differences.map(({ what, before, after }) => (
                <tr key={what} data-differs>
                  <th scope="row">{fieldWords(what)}</th>
                  <td className="profile-fault">{before ?? 'member of its name'}</td>
                  <td className="profile-fault">{after ?? 'member of its name'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
