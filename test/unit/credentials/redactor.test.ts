import { describe, expect, it } from 'vitest';
import { Redactor, Secret } from '../../../electron/credentials/secret.ts';

describe('the redactor', () => {
  it('knows a secret as forms and addresses write it', () => {
    const value = 'Qx8~a.b c!d/e+f=g';
    const redactor = new Redactor();
    redactor.know(new Secret(value));
    const forms = {
      plain: value,
      address: encodeURIComponent(value),
      form: new URLSearchParams({ client_secret: value }).toString().slice('client_secret='.length),
      json: JSON.stringify(value).slice(1, -1),
    };
    for (const [name, text] of Object.entries(forms))
      expect([name, redactor.redact(`you sent client_secret=${text}&x=1`)]).toEqual([
        name,
        'you sent client_secret=[redacted]&x=1',
      ]);
  });
});
