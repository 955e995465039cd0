import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { TextField } from 'react-aria-components/TextField';
import { parseTolerance } from '../../shared/curves.ts';
import type { CurveSnapshotRow } from '../../shared/views.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { setTolerance } from './queries.ts';

/** How far a settled price may be off a curve: two numbers, of which the larger holds. */
export function ToleranceForm({ curve }: { readonly curve: CurveSnapshotRow }) {
  const [absolute, setAbsolute] = useState<string>(curve.absolute);
  const [percent, setPercent] = useState<string>(curve.percent);
  const announce = useAnnounce();
  const save = useMutation({
    ...setTolerance,
    onSuccess: () => announce('ok', `Tolerance of ${curve.curveId} set. Runs to come use it.`),
  });
  const parsed = parseTolerance({ absolute, percent });
  const problem = 'problem' in parsed ? parsed : null;
  const unchanged = absolute === curve.absolute && percent === curve.percent;

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (problem === null) save.mutate({ curveId: curve.curveId, tolerance: { absolute, percent } });
  }

  return (
    <form className="tolerance" aria-label={`Tolerance of ${curve.curveId}`} onSubmit={onSubmit} noValidate>
      <Part
        label="Price units"
        value={absolute}
        onChange={setAbsolute}
        problem={problem?.field === 'absolute' ? problem.problem : null}
      />
      <Part
        label="Per cent"
        value={percent}
        onChange={setPercent}
        problem={problem?.field === 'percent' ? problem.problem : null}
      />
      <p className="field-hint">
        A settled price is inside by the larger of the two. Finished runs keep what they were checked with.
      </p>
      {save.error && <ErrorNotice error={save.error} />}
      <div className="dialog-actions">
        {!curve.toleranceIsDefault && (
          <Button
            className="button small"
            onPress={() => save.mutate({ curveId: curve.curveId, tolerance: null })}
          >
            Default
          </Button>
        )}
        <Button
          type="submit"
          className="button small primary"
          isDisabled={unchanged || problem !== null}
          isPending={save.isPending}
        >
          Set tolerance
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  readonly label: string;
  readonly value: string;
  readonly problem: string | null;
  readonly onChange: (value: string) => void;
}

function Part({ label, value, problem, onChange }: PartProps) {
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      isInvalid={problem !== null}
      autoComplete="off"
    >
      <Label className="field-label">{label}</Label>
      <Input className="input" inputMode="decimal" spellCheck={false} />
      <FieldError className="field-error">{problem}</FieldError>
    </TextField>
  );
}
