import { getRouteApi, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { EmptyState } from '../../parts/EmptyState';
import { MayNot } from '../../parts/MayNot';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { useStore } from '../../parts/store';
import { AskForm } from './AskForm';
import { askNext, conversation, isRunning, startAnew, type Turn } from './conversation';
import { TurnView } from './TurnView';

const route = getRouteApi('/assistant');

/** What do our documents say, and where does it say so? */
export function AssistantScreen() {
  const { t } = useTranslation('assistant');
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const turns = useStore(conversation);
  const last = turns.at(-1);
  const ask = (question: string) => {
    void navigate({ to: '/assistant', search: { q: question }, replace: true });
    void askNext(question);
  };
  if (!may(me, 'documents:read') || !may(me, 'assistant:ask'))
    return <MayNot title={t('title')} text={t('mayNot')} />;
  return (
    <>
      <ScreenHeader title={t('title')}>
        {last && <Button onClick={startAnew}>{t('anew')}</Button>}
      </ScreenHeader>
      <div className="grid min-h-[calc(100dvh-8rem)] max-w-[760px] grid-cols-[minmax(0,1fr)] grid-rows-[1fr_auto] gap-4 max-sm:min-h-[calc(100dvh-12rem)]">
        {last ? (
          <ol aria-label={t('conversation')} className="grid grid-cols-[minmax(0,1fr)] content-start gap-8">
            {turns.map((turn) => (
              <TurnView
                key={turn.id}
                turn={turn}
                isLast={turn === last}
                onRetry={() => void askNext(turn.question)}
              />
            ))}
          </ol>
        ) : (
          <div>
            <EmptyState text={t('empty')} />
          </div>
        )}
        <AskForm
          key={q}
          question={last ? '' : (q ?? '')}
          isRunning={!!last && isRunning(last)}
          isFirst={!last}
          onAsk={ask}
        />
      </div>
      <p role="status" className="sr-only">
        {last && <Said turn={last} />}
      </p>
      <Outlet />
    </>
  );
}

/** A screen reader says the answer once, when it is whole. */
function Said({ turn: { state, text } }: { turn: Turn }) {
  const { t } = useTranslation('assistant');
  return state === 'searching' || state === 'writing' ? null : t(`said.${state}`, { answer: text });
}
