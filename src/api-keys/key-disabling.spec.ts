import type { Role } from '../access/roles.js';
import { disablingOf } from './key-disabling.js';

const ENABLED = { enabled: true, disabledBy: null, disabledByRole: null };
const by = (userId: string, role: Role) => ({ userId, role });
const disabledBy = (userId: string | null, role: Role | null) => ({
  enabled: false,
  disabledBy: userId,
  disabledByRole: role,
});

describe('disablingOf', () => {
  it('records who disabled a key, and forgets it when it is enabled', () => {
    expect(disablingOf(by('ada', 'member'), ENABLED, false)).toEqual(disabledBy('ada', 'member'));
    expect(disablingOf(by('ada', 'member'), disabledBy('ada', 'member'), true)).toEqual(ENABLED);
  });

  it.each<[Role, Role]>([
    ['admin', 'member'],
    ['admin', 'auditor'],
    ['auditor', 'member'],
  ])('does not let a key that an %s disabled be enabled by a %s', (role, lower) => {
    expect(() => disablingOf(by('bob', lower), disabledBy('ada', role), true)).toThrow(
      expect.objectContaining({ code: 'forbidden', status: 403 }),
    );
  });

  it.each<[Role, Role]>([
    ['admin', 'admin'],
    ['member', 'auditor'],
    ['member', 'admin'],
  ])('lets a key that one %s disabled be enabled by another %s', (role, other) => {
    expect(disablingOf(by('bob', other), disabledBy('ada', role), true)).toEqual(ENABLED);
  });

  it('lets the user who disabled it enable it, whatever the role is now, and anybody if nobody is recorded', () => {
    expect(disablingOf(by('ada', 'member'), disabledBy('ada', 'admin'), true)).toEqual(ENABLED);
    expect(disablingOf(by('ada', 'member'), disabledBy(null, null), true)).toEqual(ENABLED);
  });

  it('replaces the record only by a higher role', () => {
    expect(disablingOf(by('bob', 'admin'), disabledBy('ada', 'member'), false)).toEqual(
      disabledBy('bob', 'admin'),
    );
    expect(disablingOf(by('ada', 'member'), disabledBy('bob', 'admin'), false)).toEqual({});
    expect(disablingOf(by('eve', 'admin'), disabledBy('bob', 'admin'), false)).toEqual({});
  });

  it('writes nothing when nothing changes', () => {
    expect(disablingOf(by('ada', 'member'), ENABLED, undefined)).toEqual({});
    expect(disablingOf(by('ada', 'member'), ENABLED, true)).toEqual({});
  });
});
