export { AuditScreen } from './AuditScreen';
export { RowSheet } from './RowSheet';
export { SealsSheet } from './SealsSheet';
