import { ALL_ORGANIZATIONS, settingOf } from './organization-setting.js';

describe('The organisation of a statement', () => {
  it('is the id of the organisation, or all by the symbol alone', () => {
    const organizationId = '00000000-0000-7000-8000-000000000001';
    expect(settingOf({ organizationId })).toBe(organizationId);
    expect(settingOf(ALL_ORGANIZATIONS)).toBe('all');
  });

  it.each(['all', 'none', '', "x', false); --", '00000000-0000-7000-8000-00000000000G'])(
    'is refused where the id is "%s"',
    (organizationId) => {
      expect(() => settingOf({ organizationId })).toThrow('The id of an organisation is a UUID');
    },
  );
});
