import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../parts/Button';
import { EmptyState } from '../parts/EmptyState';
import { ScreenHeader } from '../parts/ScreenHeader';

export function NotFound() {
  const { t } = useTranslation('frame');
  return (
    <>
      <ScreenHeader title={t('notFound.title')} />
      <EmptyState text={t('notFound.text')}>
        <Link to="/" className={buttonClass()}>
          {t('notFound.start')}
        </Link>
      </EmptyState>
    </>
  );
}
