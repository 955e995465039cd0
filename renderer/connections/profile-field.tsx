import { useMutation } from '@tanstack/react-query';
import { Button } from 'react-aria-components/Button';
import type { ProfileView } from '../../shared/views.ts';
import { DigestShort } from '../ui/digest.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { pickProfile } from './queries.ts';

interface ProfileFieldProps {
  /** Null: the built-in profile. */
  readonly profile: ProfileView | null;
  readonly onChange: (profile: ProfileView | null) => void;
}

/** How the vendor's API and records are shaped: a file, which is read when it is chosen and stored with the connection. */
export function ProfileField({ profile, onChange }: ProfileFieldProps) {
  const pick = useMutation({
    ...pickProfile,
    onSuccess: (picked) => {
      if (picked !== null) onChange(picked);
    },
  });
  return (
    <fieldset className="settings-group">
      <legend>Vendor profile</legend>
      <div className="settings-wide">
        <div className="profile-line">
          {profile === null ? (
            <span className="profile-none">Built-in: the vendor uses Tieout’s own names</span>
          ) : (
            <div className="profile-chosen">
              <div className="ellipsis" title={profile.name}>
                <strong>{profile.name}</strong> revision {profile.revision}
              </div>
              <DigestShort digest={profile.sha256} groups={5} />
            </div>
          )}
          <Button
            className="button"
            aria-label="Choose a vendor profile"
            isPending={pick.isPending}
            onPress={() => pick.mutate()}
          >
            Choose…
          </Button>
          {profile !== null && (
            <Button className="button" aria-label="Use no vendor profile" onPress={() => onChange(null)}>
              Clear
            </Button>
          )}
        </div>
        {pick.error && <ErrorNotice error={pick.error} onDismiss={() => pick.reset()} />}
      </div>
    </fieldset>
  );
}
