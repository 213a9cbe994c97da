import type { Caller } from '../../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import type { AuditEvent } from '../events/audit-event.entity.js';
import { auditMatch } from './audit-where.js';
import type { AuditFilters } from './dto/audit-filters.dto.js';

const readerOf = (role: Caller['role']) =>
  ({ userId: 'ada', role, organizationId: DEFAULT_ORGANIZATION, isOperator: false }) as Caller;
const MEMBER = readerOf('member');
const AUDITOR = readerOf('auditor');

const row = (fields: Partial<AuditEvent>) =>
  ({
    userId: null,
    organizationId: null,
    keyName: null,
    clientId: null,
    actors: null,
    ...fields,
  }) as AuditEvent;
const OWN = row({ userId: 'ada' });
const OF_AGENT = row({ userId: 'robot', actors: ['ada', 'parent', 'robot'] });
const OF_OTHER = row({ userId: 'eve', keyName: 'Laptop', clientId: 'client-1' });
const OF_NOBODY = row({});

describe('auditMatch', () => {
  it.each<[string, Caller, AuditFilters, AuditEvent[]]>([
    ['an auditor all rows', AUDITOR, {}, [OWN, OF_AGENT, OF_OTHER, OF_NOBODY]],
    ['a member those in which it acts or stands behind who acts', MEMBER, {}, [OWN, OF_AGENT]],
    ['a member its own rows by its id', MEMBER, { userId: 'ADA' }, [OWN]],
    ['a member the rows of its agent by the id of that', MEMBER, { userId: 'robot' }, [OF_AGENT]],
    ['a member nothing of others by their id', MEMBER, { userId: 'eve' }, []],
    ['a member nothing of others as actors', MEMBER, { actor: 'eve' }, []],
    ['a member what it sees of an agent between', MEMBER, { actor: 'parent' }, [OF_AGENT]],
    ['an auditor who acted, in any case of letters', AUDITOR, { actor: 'ADA' }, [OWN, OF_AGENT]],
    ['an auditor who acted without a chain', AUDITOR, { actor: 'eve' }, [OF_OTHER]],
    ['an auditor the rows of a name of keys', AUDITOR, { keyName: 'Laptop' }, [OF_OTHER]],
    ['an auditor no name in another case', AUDITOR, { keyName: 'laptop' }, []],
    ['an auditor the rows of a client', AUDITOR, { clientId: 'client-1' }, [OF_OTHER]],
    ['an auditor no row by the start of a client', AUDITOR, { clientId: 'client' }, []],
  ])('shows %s', (_, reader, filters, seen) => {
    const matches = auditMatch(reader, filters);
    expect([OWN, OF_AGENT, OF_OTHER, OF_NOBODY].filter(matches)).toEqual(seen);
  });
});
