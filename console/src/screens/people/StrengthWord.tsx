import { useTranslation } from 'react-i18next';
import { type Meaning, StatusWord } from '../../parts/StatusWord';
import type { User } from './people-queries';

export type Strength = 'unknown' | 'none' | 'password' | 'provider' | 'second';

const MEANINGS: Record<Strength, Meaning> = {
  unknown: 'none',
  none: 'none',
  password: 'attention',
  provider: 'info',
  second: 'good',
};

/** Returns how strongly a person signs in. A provider may ask for more than is known here. */
export function strengthOf({ signsInBy: ways }: Pick<User, 'signsInBy'>): Strength {
  if (ways === null) return 'unknown';
  if (ways.includes('passkey') || ways.includes('totp')) return 'second';
  if (ways.includes('password')) return 'password';
  return ways.includes('provider') ? 'provider' : 'none';
}

export function StrengthWord({ user }: { user: User }) {
  const { t } = useTranslation('people');
  const strength = strengthOf(user);
  const ways = user.signsInBy?.map((way) => t(`way.${way}`)).join(', ');
  return (
    <span title={ways}>
      <StatusWord meaning={MEANINGS[strength]}>{t(`strength.${strength}`)}</StatusWord>
    </span>
  );
}

export function UserStateWord({ user: { isActive } }: { user: User }) {
  const { t } = useTranslation('people');
  return (
    <StatusWord meaning={isActive ? 'good' : 'danger'}>
      {isActive ? t('state.active') : t('state.deactivated')}
    </StatusWord>
  );
}
