import { boundsOf, type ChainLink } from '../users/agent-chain.js';
import { stopReasons } from './stop-reasons.js';

const NOW = Date.parse('2027-01-31T12:00:00Z');
const PAST = '2027-01-31T11:59:59Z';
const link = (kind: ChainLink['kind'], state: Partial<ChainLink> = {}): ChainLink => ({
  id: kind,
  kind,
  scopes: null,
  ends_at: null,
  retired_at: null,
  is_active: true,
  requests_per_minute: null,
  ...state,
});

describe('stopReasons', () => {
  it('has none for an agent whose chain works', () => {
    const chain = [link('agent', { ends_at: '2027-02-01T00:00:00Z' }), link('agent'), link('team')];
    expect(stopReasons(chain, NOW)).toEqual([]);
  });

  it.each([
    [{ retired_at: PAST }, 'retired'],
    [{ ends_at: PAST }, 'ended'],
    [{ is_active: false }, 'suspended'],
  ])('says of %j what it is, and of an agent above it the same', (state, reason) => {
    expect(stopReasons([link('agent', state), link('person')], NOW)).toEqual([reason]);
    const below = [link('agent'), link('agent', state), link('agent', state), link('person')];
    expect(stopReasons(below, NOW)).toEqual([`above_${reason}`]);
  });

  it('takes an end for over that nothing but PostgreSQL can write, so that no agent lives on by it', () => {
    const far = link('agent', { ends_at: '10000-01-01T11:59:59+00:00' });
    const chain = [far, link('agent', { ends_at: PAST }), link('person')];
    expect(stopReasons(chain, NOW)).toEqual(['ended', 'above_ended']);
    expect(boundsOf(chain).endsAt!.getTime()).toBeLessThan(NOW);
  });

  it('says that the person or team at the end is deactivated, or that there is none', () => {
    expect(stopReasons([link('agent'), link('person', { is_active: false })], NOW)).toEqual([
      'owner_inactive',
    ]);
    const circle = [link('agent'), link('agent')];
    expect([stopReasons(circle, NOW), boundsOf(circle).isActive]).toEqual([['owner_inactive'], false]);
  });
});
