import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '../../parts/Waiting';
import { usageQuery } from '../keys/key-queries';
import { UsageView } from '../keys/KeyUsage';
import { USAGE_DAYS, usageOfAll } from '../keys/usage-sum';
import { agentKeysQuery } from './agent-queries';

/** The newest of them did what was done in the last days. */
const MOST_KEYS = 20;

/** What an agent did by its keys, by day and by tool. */
export function AgentUsage({ id }: { id: string }) {
  const { t } = useTranslation('agents');
  const { data: keys, error } = useQuery(agentKeysQuery(id));
  const { usages, isPending } = useQueries({
    queries: (keys ?? []).slice(0, MOST_KEYS).map((key) => usageQuery(key.id, USAGE_DAYS)),
    combine: (results) => ({
      usages: results.flatMap(({ data }) => data ?? []),
      isPending: results.some((result) => result.isPending),
    }),
  });
  const usage = useMemo(() => usageOfAll(usages), [usages]);
  if (keys?.length === 0) return <p className="text-soft">{t('usageNone')}</p>;
  // The list of the keys says why.
  if (error) return null;
  return keys && !isPending ? usage && <UsageView usage={usage} /> : <Waiting rows={5} />;
}
