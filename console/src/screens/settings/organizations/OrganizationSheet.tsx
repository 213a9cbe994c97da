import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditLink } from '../../../parts/AuditLink';
import { Button } from '../../../parts/Button';
import { ConfirmByName } from '../../../parts/ConfirmByName';
import { ProblemState } from '../../../parts/ProblemState';
import { Sheet } from '../../../parts/Sheet';
import { useToasts } from '../../../parts/toasts';
import { Waiting } from '../../../parts/Waiting';
import { LimitForm } from './LimitForm';
import { NameForm } from './NameForm';
import { type Organization, organizationQuery, useEndOrganization } from './organization-queries';
import { OrganizationFacts } from './OrganizationFacts';
import { OrganizationPeople } from './OrganizationPeople';

const route = getRouteApi('/settings/organizations/$organizationId');

/** Who belongs to the organisation, how much may it do, and how does it end? */
export function OrganizationSheet() {
  const { t } = useTranslation('settings');
  const { organizationId } = route.useParams();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(organizationQuery(organizationId));
  const close = () => void navigate({ to: '/settings/organizations' });
  return (
    <Sheet title={data?.name ?? t('organization.one')} onClose={close}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={8} />
      ) : (
        <>
          <OrganizationFacts organization={data} />
          <NameForm key={`name ${data.id}`} organization={data} />
          <LimitForm key={`limit ${data.id}`} organization={data} />
          <OrganizationPeople organization={data} />
          <AuditLink search={{ resource: `organization:${data.id}` }} />
          {!data.isDefault && <Ending organization={data} onEnded={close} />}
        </>
      )}
    </Sheet>
  );
}

/** Only an organisation without people ends, so nobody is shut out by it. */
function Ending({ organization, onEnded }: { organization: Organization; onEnded: () => void }) {
  const { t } = useTranslation('settings');
  const tell = useToasts();
  const [isAsked, setAsked] = useState(false);
  const { id, name, members } = organization;
  const end = useEndOrganization(id);
  const run = () =>
    end.mutate(undefined, {
      onSuccess: () => {
        tell(t('ending.done', { name }));
        onEnded();
      },
    });
  return (
    <div className="grid justify-items-start gap-2">
      <Button kind="danger" disabled={members > 0} onClick={() => setAsked(true)}>
        {t('ending.do')}
      </Button>
      {members > 0 && <p className="text-soft">{t('ending.people')}</p>}
      {isAsked && (
        <ConfirmByName
          title={t('ending.title', { name })}
          verb={t('ending.do')}
          name={name}
          isRunning={end.isPending}
          error={end.error}
          onDo={run}
          onClose={() => setAsked(false)}
        >
          <p>{t('ending.text')}</p>
        </ConfirmByName>
      )}
    </div>
  );
}
