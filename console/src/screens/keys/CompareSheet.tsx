import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { scopesQuery } from '../../api/scopes';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { Waiting } from '../../parts/Waiting';
import { type ComparedKey, type Line, linesOf, USAGE_DAYS } from './compare-lines';
import { effectiveQuery, keyQuery, usageQuery } from './key-queries';

const route = getRouteApi('/keys/compare/$one/$other');

/** What has the one key that the other has not? */
export function CompareSheet() {
  const { t } = useTranslation('keys');
  const { one, other } = route.useParams();
  const navigate = route.useNavigate();
  const sides = [useCompared(one), useCompared(other)] as const;
  const scopes = useQuery(scopesQuery).data;
  const failed = sides.find(({ error }) => error);
  const [left, right] = sides.map(({ compared }) => compared);
  return (
    <Sheet title={t('compare.title')} onClose={() => void navigate({ to: '/keys', search: true })}>
      {failed?.error ? (
        <ProblemState error={failed.error} retry={failed.retry} />
      ) : !left || !right || !scopes ? (
        <Waiting rows={8} />
      ) : (
        <Comparison keys={[left, right]} lines={linesOf(t, [left, right], scopes)} />
      )}
    </Sheet>
  );
}

function Comparison({ keys, lines }: { keys: readonly [ComparedKey, ComparedKey]; lines: readonly Line[] }) {
  const { t } = useTranslation('keys');
  const differing = lines.filter(({ isSame }) => !isSame);
  return (
    <>
      <p>{t('compare.found', { count: differing.length })}</p>
      <Lines label={t('compare.differs')} keys={keys} lines={differing} />
      <Lines label={t('compare.same')} keys={keys} lines={lines.filter(({ isSame }) => isSame)} />
    </>
  );
}

interface LinesProps {
  label: string;
  keys: readonly [ComparedKey, ComparedKey];
  lines: readonly Line[];
}

function Lines({ label, keys, lines }: LinesProps) {
  const { t } = useTranslation('keys');
  if (lines.length === 0) return null;
  return (
    <section className="grid gap-2">
      <h2>{label}</h2>
      <table aria-label={label} className="w-full table-fixed">
        <thead>
          <tr className="border-b border-line text-left align-bottom text-soft">
            <th scope="col" className="w-1/3 py-1 pr-2 font-medium">
              {t('compare.fact')}
            </th>
            {keys.map(({ key: { id, name, start } }) => (
              <th key={id} scope="col" className="py-1 pr-2 font-medium break-words">
                <span className="text-text">{name}</span> <code className="font-mono">{start}…</code>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ id, name, values }) => (
            <tr key={id} className="border-b border-line align-top">
              <th scope="row" className="py-1 pr-2 text-left font-normal break-words text-soft">
                {name}
              </th>
              {values.map((value, side) => (
                <td key={side} className="py-1 pr-2 break-words">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function useCompared(id: string) {
  const key = useQuery(keyQuery(id));
  const effective = useQuery(effectiveQuery(id));
  const usage = useQuery(usageQuery(id, USAGE_DAYS));
  const all = [key, effective, usage];
  const compared: ComparedKey | undefined =
    key.data && effective.data && usage.data
      ? { key: key.data, effective: effective.data, usage: usage.data }
      : undefined;
  return {
    compared,
    error: all.find(({ error }) => error)?.error,
    retry: () => all.filter(({ error }) => error).forEach(({ refetch }) => void refetch()),
  };
}
