import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../api/me';
import { chooseOrganization } from '../api/organization';
import { organizationsQuery } from '../api/organizations';
import { buttonClass } from '../parts/Button';
import { classes } from '../parts/classes';
import { Icon } from '../parts/Icon';
import { WORD } from './rail-classes';
import { RailMenu } from './RailMenu';

/** Says where the person acts, and leads to another organisation where there are several. */
export function OrganizationSwitch({ className }: { className: string }) {
  const { t } = useTranslation('frame');
  const me = useMe();
  const [isOpen, setOpen] = useState(false);
  const known = useQuery({ ...organizationsQuery, enabled: isOpen && may(me, 'organizations:read') }).data;
  return (
    <RailMenu
      label={t('organization', { name: me.organization.name })}
      className={className}
      onOpen={() => setOpen(true)}
      place="top-12 left-2 max-sm:top-auto max-sm:bottom-14"
      button={
        <>
          <span
            aria-hidden="true"
            data-letter={me.organization.name.slice(0, 1).toUpperCase()}
            className="grid size-5 shrink-0 place-items-center rounded bg-accent text-on-accent before:content-[attr(data-letter)]"
          />
          <span className={classes(WORD, 'font-medium')}>{me.organization.name}</span>
          <span className="text-soft max-lg:hidden">
            <Icon name="expand" />
          </span>
        </>
      }
    >
      {(known ?? [me.organization]).map(({ id, name }) => {
        const isHere = id === me.organization.id;
        return (
          <button
            key={id}
            type="button"
            aria-current={isHere ? 'true' : undefined}
            onClick={() => !isHere && chooseOrganization(id)}
            className={buttonClass('bare', 'justify-start')}
          >
            <span className="min-w-0 flex-1 truncate text-left">{name}</span>
            {isHere && <Icon name="tick" />}
          </button>
        );
      })}
    </RailMenu>
  );
}
