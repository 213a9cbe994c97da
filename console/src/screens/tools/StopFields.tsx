import { useTranslation } from 'react-i18next';
import { Choice, Field } from '../../parts/Field';

/** What somebody typed about a stop. */
export interface StopInput {
  message: string;
  /** Seconds from now, `never`, or `at` for a moment of its own. */
  end: (typeof ENDS)[number];
  /** Local time, as the control of the device has it. */
  at: string;
}

const ENDS = ['900', '3600', '14400', '86400', 'at', 'never'] as const;

export const FIRST_STOP: StopInput = { message: '', end: '3600', at: '' };

export const isWhole = ({ end, at }: StopInput): boolean => end !== 'at' || at !== '';

/** Returns what the service is told. */
export const stopOf = ({ message, end, at }: StopInput) => ({
  message: message.trim() || null,
  until: end === 'never' ? null : momentOf(end, at).toISOString(),
});

const momentOf = (end: string, at: string): Date =>
  end === 'at' ? new Date(at) : new Date(Date.now() + Number(end) * 1_000);

/** What callers are told, and when the stop ends by itself. */
export function StopFields({ stop, onChange }: { stop: StopInput; onChange: (stop: StopInput) => void }) {
  const { t } = useTranslation('tools');
  return (
    <>
      <Field label={t('stop.message')} hint={t('stop.messageHint')}>
        {(control) => (
          <textarea
            {...control}
            rows={2}
            maxLength={500}
            value={stop.message}
            onChange={({ target }) => onChange({ ...stop, message: target.value })}
          />
        )}
      </Field>
      <Field label={t('stop.ends')} hint={t('stop.endsHint')}>
        {({ className: _own, ...control }) => (
          <Choice
            {...control}
            value={stop.end}
            onChange={({ target }) => onChange({ ...stop, end: target.value as StopInput['end'] })}
          >
            {ENDS.map((end) => (
              <option key={end} value={end}>
                {t(`stop.end.${end}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
      {stop.end === 'at' && (
        <Field label={t('stop.at')}>
          {(control) => (
            <input
              {...control}
              type="datetime-local"
              required
              value={stop.at}
              onChange={({ target }) => onChange({ ...stop, at: target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
