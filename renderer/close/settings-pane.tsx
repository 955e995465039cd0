import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import { useAnnounce } from '../ui/announcements.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { closeSettingsQuery, setCloseSettings } from './queries.ts';

/** Who may do what, reasons, limits, due dates: one document, kept by versions. */
export function SettingsPane() {
  const settings = useQuery(closeSettingsQuery);
  const [edited, setEdited] = useState<string | null>(null);
  const announce = useAnnounce();
  const saving = useMutation({
    ...setCloseSettings,
    onSuccess(done, args, context, client) {
      announce('ok', 'Settings of the close saved.');
      setEdited(null);
      return setCloseSettings.onSuccess?.(done, args, context, client);
    },
  });
  if (settings.error) return <ErrorNotice error={settings.error} onRetry={() => void settings.refetch()} />;
  const text = edited ?? settings.data?.text ?? '';
  return (
    <form
      className="close-settings"
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate(text);
      }}
    >
      <p className="quiet-text">
        Identities with their rights (prepare, review, suppress, suppress-future, write-off), reason codes,
        write-off limits by currency, how breaks age, when invoices are due. Each saved version stays, with
        who saved it.
      </p>
      <TextField className="field close-settings-field" value={text} onChange={setEdited}>
        <Label className="field-label">Settings, as JSON</Label>
        <TextArea className="input close-settings-text" spellCheck={false} />
      </TextField>
      {saving.error && <ErrorNotice error={saving.error} />}
      <div className="close-actions">
        <Button className="button" isDisabled={edited === null} onPress={() => setEdited(null)}>
          Undo
        </Button>
        <Button
          type="submit"
          className="button primary"
          isDisabled={edited === null || edited === settings.data?.text}
          isPending={saving.isPending}
        >
          Save
        </Button>
      </div>
    </form>
  );
}
