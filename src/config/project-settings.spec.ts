import * as z from 'zod';
import { readSettings } from './settings.js';

const settings = z.object({
  INVOICE_CURRENCY: z.string().length(3, 'must have three letters'),
  INVOICE_LIMIT: z.coerce.number('must be a number').default(10),
});
const config = { name: 'acme', version: '1.2.3', settings };

describe("A project's settings", () => {
  it('are read from the environment by their schema', () => {
    const read = readSettings({ INVOICE_CURRENCY: 'EUR', INVOICE_LIMIT: ' ' }, [], config);
    expect(read.project).toEqual({ INVOICE_CURRENCY: 'EUR', INVOICE_LIMIT: 10 });
    expect(read.service).toEqual({ name: 'acme', title: 'Acme', version: '1.2.3' });
  });

  it("are checked with Bouncer's own in one error, which repeats no value", () => {
    expect(() => readSettings({ PORT: 'http', INVOICE_LIMIT: 'secret' }, [], config)).toThrow(
      [
        'Wrong settings:',
        '  PORT: must be a whole number from 0 to 65535',
        '  INVOICE_CURRENCY: must be set',
        '  INVOICE_LIMIT: must be a number',
      ].join('\n'),
    );
  });
});
