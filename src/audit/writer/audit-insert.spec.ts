import { AuditNode } from './audit-node.js';
import { auditRecord } from '../events/audit-record.js';
import { queuedEvent } from './audit-insert.js';

describe('queuedEvent', () => {
  it('has every member of the record and of its place, and changes neither', () => {
    const request = { id: 'r', ip: '192.0.2.1', method: 'POST', url: '/mcp', headers: {} };
    const record = Object.freeze(auditRecord({ request, action: 'tools/call' }, 'success', null, 1));
    const slot = Object.freeze(new AuditNode().next());
    expect(queuedEvent(record, slot)).toEqual({ ...record, ...slot });
  });
});
