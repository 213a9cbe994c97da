import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ask } from '../../parts/Ask';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { FilterChip } from '../../parts/FilterChip';
import { useToasts } from '../../parts/toasts';
import type { AuditSearch } from './audit-filters';
import { keepViews, type SavedView, useSavedViews } from './saved-views';

const isSame = (one: AuditSearch, other: AuditSearch): boolean => {
  const text = (search: AuditSearch) =>
    JSON.stringify(Object.entries(search).sort(([name], [next]) => (name < next ? -1 : 1)));
  return text(one) === text(other);
};

/** The views that the person has saved, and saving the present one. */
export function SavedViews({ search }: { search: AuditSearch }) {
  const { t } = useTranslation('audit');
  const tell = useToasts();
  const views = useSavedViews();
  const [isAsking, setAsking] = useState(false);
  const here = views.find((view) => isSame(view.search, search));
  const remove = (view: SavedView) => {
    keepViews(views.filter((one) => one !== view));
    tell(t('views.removed', { name: view.name }), () => keepViews(views));
  };
  if (views.length === 0 && Object.keys(search).length === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-2" role="group" aria-label={t('views.title')}>
      {views.length > 0 && <span className="text-soft">{t('views.title')}</span>}
      {views.map((view) => (
        <FilterChip key={view.name} to="/audit" search={view.search} isOn={view === here}>
          {view.name}
        </FilterChip>
      ))}
      {here ? (
        <Button kind="bare" className="h-8!" onClick={() => remove(here)}>
          {t('views.remove', { name: here.name })}
        </Button>
      ) : (
        Object.keys(search).length > 0 && (
          <Button kind="bare" className="h-8!" onClick={() => setAsking(true)}>
            {t('views.save')}
          </Button>
        )
      )}
      {isAsking && <NewView search={search} views={views} onClose={() => setAsking(false)} />}
    </div>
  );
}

interface NewViewProps {
  search: AuditSearch;
  views: readonly SavedView[];
  onClose: () => void;
}

function NewView({ search, views, onClose }: NewViewProps) {
  const { t } = useTranslation('audit');
  const [typed, setTyped] = useState('');
  const name = typed.trim();
  const isTaken = views.some((view) => view.name === name);
  const save = () => {
    keepViews([...views.filter((view) => view.name !== name), { name, search }]);
    onClose();
  };
  return (
    <Ask
      title={t('views.save')}
      verb={isTaken ? t('views.replace') : t('views.save')}
      isReady={name !== ''}
      isRunning={false}
      error={null}
      onDo={save}
      onClose={onClose}
    >
      <Field label={t('views.name')} hint={t('views.hint')}>
        {(control) => (
          <input
            {...control}
            maxLength={60}
            autoComplete="off"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
    </Ask>
  );
}
