import { lineOf } from './development-log.js';
import { auditRecord } from '../events/audit-record.js';
import type { Caller } from '../../access/caller.js';

const rowOf = (name: string | undefined, keyName = 'Laptop') =>
  auditRecord(
    {
      request: {
        id: 'request-1',
        ip: '192.0.2.1',
        method: 'POST',
        url: '/mcp',
        headers: {},
        ...(name !== undefined && {
          user: { userId: 'u1', name, keyId: 'k1', keyName, keyStart: 'mcp_AbCd' } as Caller,
        }),
      },
      action: 'tools/call',
      tool: 'documents_get',
      resource: 'document:1',
    },
    'failure',
    'not_found',
    12.5,
  );

describe('The line of a row', () => {
  it('names user and key', () => {
    expect(lineOf(rowOf('Ada'))).toBe(
      'failure  documents_get  document:1  not_found  by "Ada"  key "Laptop" mcp_AbCd  12.5 ms',
    );
  });

  it('is about nobody where no caller is known', () => {
    expect(lineOf(rowOf(undefined))).toBe('failure  documents_get  document:1  not_found  12.5 ms');
  });

  it('has the ids of those whose name is not known', () => {
    expect(lineOf({ ...rowOf('Ada'), userName: null, keyName: null })).toContain('by u1  key mcp_AbCd');
  });

  it('is one line of bounded length, which no name can forge', () => {
    const name = `Ada"  key "x\nsuccess  \u001b[31m\u202e${'y'.repeat(300)}`;
    const line = lineOf(rowOf(name, name));
    expect(line).not.toMatch(/[\n\u001b\u202e]/);
    expect(line).toMatch(/by "Ada\\" {2}key \\"x/);
    expect(line.length).toBeLessThan(300);
  });
});
