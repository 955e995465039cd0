import { useMutation } from '@tanstack/react-query';
import type { ComponentProps } from 'react';
import { Button } from 'react-aria-components/Button';
import type { InvokeArgs } from '../../shared/contract.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { Field } from '../ui/field.tsx';
import { pickFile } from './queries.ts';

interface FileFieldProps extends Omit<ComponentProps<typeof Field>, 'action'> {
  readonly what: InvokeArgs<'connections.pickFile'>['what'];
}

/** The path of a PEM file, typed or chosen in the system's dialog. */
export function FileField({ what, ...field }: FileFieldProps) {
  const announce = useAnnounce();
  const pick = useMutation({
    ...pickFile,
    onSuccess: (path) => {
      if (path !== null) field.onChange(path);
    },
    onError: (error) => announce('bad', error.message),
  });
  return (
    <Field
      {...field}
      action={
        <Button
          className="button"
          aria-label={`Choose ${field.label}`}
          isDisabled={field.isDisabled ?? false}
          isPending={pick.isPending}
          onPress={() => pick.mutate(what)}
        >
          Choose…
        </Button>
      }
    />
  );
}
