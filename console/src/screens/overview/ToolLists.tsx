import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AuditSearch } from '../audit/audit-filters';
import type { Overview } from './overview-query';

type Tool = Overview['slowestTools'][number];

/** Where time goes, and where calls are refused. Each tool leads to its rows. */
export function ToolLists({ overview: { slowestTools, mostRefusedTools, window } }: { overview: Overview }) {
  const { t, i18n } = useTranslation('overview');
  const number = (value: number) => value.toLocaleString(i18n.language);
  return (
    <div className="grid items-start gap-6 md:grid-cols-2">
      <ToolList
        title={t('tools.slowest')}
        none={t('tools.noneSlow')}
        tools={slowestTools}
        header={[t('sum.p95'), t('sum.calls')]}
        cells={({ p95Ms, calls }) => [`${number(p95Ms ?? 0)} ms`, number(calls)]}
        searchOf={({ tool }) => ({ tool, last: window })}
      />
      <ToolList
        title={t('tools.refused')}
        none={t('tools.noneRefused')}
        tools={mostRefusedTools}
        header={[t('sum.refused'), t('tools.most')]}
        cells={({ refused, refusals }) => [number(refused), refusals[0]?.code ?? '']}
        searchOf={({ tool }) => ({ tool, outcome: 'denied', last: window })}
      />
    </div>
  );
}

interface ToolListProps {
  title: string;
  none: string;
  tools: readonly Tool[];
  header: readonly string[];
  cells: (tool: Tool) => readonly string[];
  searchOf: (tool: Tool) => AuditSearch;
}

function ToolList({ title, none, tools, header, cells, searchOf }: ToolListProps) {
  const { t } = useTranslation('overview');
  return (
    <section className="grid min-w-0 gap-2">
      <h2>{title}</h2>
      {tools.length === 0 ? (
        <p className="text-soft">{none}</p>
      ) : (
        <table className="w-full table-fixed" aria-label={title}>
          <thead>
            <tr className="text-left text-soft">
              <th className="font-medium">{t('tools.tool')}</th>
              {header.map((name) => (
                <th key={name} className="w-28 truncate text-right font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tools.map((tool) => (
              <tr key={tool.tool} className="border-t border-line">
                <td className="truncate py-1" title={tool.tool}>
                  <Link to="/audit" search={searchOf(tool)} className="font-mono hover:underline">
                    {tool.tool}
                  </Link>
                </td>
                {cells(tool).map((cell, place) => (
                  <td key={place} className="truncate pl-2 text-right" title={cell}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
