import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { CountField } from '../../parts/CountField';
import { differences } from '../../parts/differences';
import { EndField } from '../../parts/EndField';
import { NameField } from '../../parts/NameField';
import { endAfter } from '../../parts/lives';
import { Time } from '../../parts/Time';
import { useToasts } from '../../parts/toasts';
import { useSettledWords } from '../../parts/useSettledWords';
import { AddressField } from './AddressField';
import { addressesOf } from './addresses';
import { type Key, type KeyChanges, useChangeKey } from './key-queries';
import { ScopePicker } from './ScopePicker';

interface ChangeProps {
  apiKey: Key;
  onUndo: (before: KeyChanges) => void;
  onClose: () => void;
}

/** What a key is called, what it may do, from where, how often and until when. The key itself stays as it is. */
export function KeyChange({ apiKey, onUndo, onClose }: ChangeProps) {
  const { t } = useTranslation('keys');
  const tell = useToasts();
  const words = useSettledWords();
  const change = useChangeKey(apiKey.id);
  const [name, setName] = useState(apiKey.name);
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(apiKey.scopes));
  const [days, setDays] = useState('');
  const [addresses, setAddresses] = useState(apiKey.ipAllowlist?.join(', ') ?? '');
  const [limit, setLimit] = useState(apiKey.requestsPerMinute);
  const listed = addressesOf(addresses);
  const { before, after } = differences(apiKey, {
    name: name.trim(),
    scopes: [...scopes],
    ipAllowlist: listed.length === 0 ? null : listed,
    requestsPerMinute: limit,
    ...(days !== '' && { expiresAt: endAfter(days) }),
  });
  const run = () =>
    change.mutate(after, {
      onSuccess: (settled) => {
        tell(words(t('changed', { name: after.name ?? apiKey.name }), settled), () => onUndo(before));
        onClose();
      },
    });
  return (
    <Ask
      title={t('change.title', { name: apiKey.name })}
      verb={t('change.do')}
      isReady={Object.keys(after).length > 0 && name.trim() !== '' && scopes.size > 0}
      isRunning={change.isPending}
      error={change.error}
      onDo={run}
      onClose={onClose}
    >
      <NameField label={t('form.name')} name={name} onChange={setName} />
      <AddressField value={addresses} onChange={({ target }) => setAddresses(target.value)} />
      <EndField
        label={t('form.ends')}
        hint={<Time at={apiKey.expiresAt} otherwise={t('neverEnds')} />}
        days={days}
        onChange={setDays}
        others={{ '': t('change.asItIs') }}
      />
      <CountField
        label={t('form.limit')}
        hint={t('form.limitHint')}
        most={1_000_000}
        count={limit}
        onChange={setLimit}
      />
      <ScopePicker chosen={scopes} onChange={setScopes} isForAgent={apiKey.agent} held={apiKey.scopes} />
    </Ask>
  );
}
