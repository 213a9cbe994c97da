import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { ScopeEntry } from '../../api/scopes';
import { scopeWords } from '../../language/said';
import type { Column } from '../../parts/DataTable';
import { Duration } from '../../parts/Duration';
import { RiskWord } from '../../parts/Scope';
import type { Tool } from './tool-queries';
import { neededBy } from './tool-scopes';
import { ToolStateWord } from './ToolStateWord';

const COUNTS = ['calls', 'errors', 'refused'] as const;

const IMPORTANCE = { calls: 5, errors: 4, refused: 3 };

export const toolColumns = (
  t: TFunction<'tools'>,
  language: string,
  scopes: readonly ScopeEntry[],
): Column<Tool>[] => [
  {
    id: 'name',
    header: t('column.name'),
    cell: ({ name }) => (
      <Link
        to="/tools/$tool"
        params={{ tool: name }}
        search={true}
        className="font-mono font-medium hover:underline"
        title={name}
      >
        {name}
      </Link>
    ),
  },
  {
    id: 'state',
    header: t('column.state'),
    width: 112,
    cell: ({ enabled }) => <ToolStateWord isOn={enabled} />,
  },
  {
    id: 'scopes',
    header: t('column.scopes'),
    width: 256,
    importance: 1,
    cell: ({ name }) =>
      neededBy(name, scopes).map(({ scope, risk, description }) => (
        <span key={scope} title={scopeWords({ scope, description })} className="mr-2">
          <code className="font-mono">{scope}</code> <RiskWord risk={risk} />
        </span>
      )),
  },
  ...COUNTS.map((count): Column<Tool> => ({
    id: count,
    header: t(`column.${count}`),
    width: 96,
    narrow: 80,
    importance: IMPORTANCE[count],
    className: 'text-right',
    cell: ({ lastDay }) => lastDay?.[count].toLocaleString(language) ?? '–',
  })),
  {
    id: 'p95',
    header: t('column.p95'),
    width: 96,
    importance: 2,
    className: 'text-right',
    cell: ({ lastDay }) => <Duration ms={lastDay?.p95Ms ?? null} />,
  },
];
