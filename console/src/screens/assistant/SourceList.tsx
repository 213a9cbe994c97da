import { useTranslation } from 'react-i18next';
import type { Source } from '../../api/ask';
import { Excerpt } from '../../parts/Excerpt';
import { Time } from '../../parts/Time';
import { Citation } from './AnswerText';

/** Where the answer comes from. */
export function SourceList({ sources }: { sources: readonly Source[] }) {
  const { t } = useTranslation('assistant');
  return (
    <section aria-label={t('sources')} className="grid gap-2 border-t border-line pt-3">
      <h3 className="font-medium">{t('sources')}</h3>
      <ul className="grid gap-2">
        {sources.map((source) => (
          <li key={source.number} className="flex gap-2">
            <span>
              <Citation source={source} />
            </span>
            <span className="grid min-w-0 flex-1">
              <span className="flex flex-wrap gap-x-2">
                <span className="min-w-0 break-words">
                  {[
                    source.title,
                    ...source.passage.headings.filter((heading) => heading !== source.title),
                  ].join(' › ')}
                </span>
                <span className="text-soft">
                  <Time at={source.createdAt} />
                </span>
              </span>
              <span className="line-clamp-2 break-words text-soft">
                <Excerpt text={source.excerpt} />
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
