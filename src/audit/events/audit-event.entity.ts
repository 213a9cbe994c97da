import { Column, type ColumnOptions, Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';
import { AUDIT_COLUMNS, type AuditColumn, type ColumnType } from './audit-columns.js';
import type { AuditRow } from './audit-row.js';

/** How TypeORM declares the types whose options differ from their name alone. */
const TYPE_OPTIONS: Partial<Record<ColumnType, ColumnOptions>> = {
  timestamptz: { type: 'timestamptz', precision: 3 },
  'text[]': { type: 'text', array: true },
  float8: { type: 'double precision' },
  bigint: { type: 'bigint', transformer: { from: Number, to: String } },
};

function optionsOf({ column, type, nullable, ...rest }: AuditColumn): ColumnOptions {
  const options: ColumnOptions = {
    name: column,
    ...(TYPE_OPTIONS[type] ?? { type: type as ColumnOptions['type'] }),
  };
  if (nullable) options.nullable = true;
  if ('default' in rest) options.default = rest.default;
  if (rest.primary) options.primaryKeyConstraintName = 'audit_events_pkey';
  return options;
}

/** Declares a column for each member of {@link AUDIT_COLUMNS}. */
const DescribedColumns = (): ClassDecorator => (entity) => {
  const prototype = entity.prototype as object;
  for (const [name, column] of Object.entries<AuditColumn>(AUDIT_COLUMNS)) {
    const declare = column.primary ? PrimaryColumn : Column;
    declare(optionsOf(column) as never)(prototype, name);
  }
};

/** Gives the entity the members of a row as its type; {@link DescribedColumns} declares them to TypeORM. */
const Row = class {} as new () => AuditRow;

/**
 * Who did what, when and from where. Ids are plain columns without foreign keys, because a row outlives what it mentions.
 * The table is partitioned by the month of `occurred_at`, and rows are only ever added.
 */
@Entity('audit_events')
@OutOfReach()
@DescribedColumns()
@Index('audit_events_user', ['userId', 'id'])
@Index('audit_events_key', ['keyId', 'id'])
// Rows without an organisation are those of the default one: an expression, which TypeORM does not know.
@Index('audit_events_organization', { synchronize: false })
@Index('audit_events_key_name', ['keyName', 'id'], { where: 'key_name IS NOT NULL' })
// Of the start of a client's id, as no entry holds a long one, and of the items of a list: neither is known to TypeORM.
@Index('audit_events_client', { synchronize: false })
@Index('audit_events_actors', { synchronize: false })
@Index('audit_events_node_seq', ['nodeId', 'nodeSeq'])
// Members after the id are compared within the index: two filters that rarely match together read no table rows in vain.
@Index('audit_events_tool', ['tool', 'id'], { where: 'tool IS NOT NULL' })
@Index('audit_events_action', ['action', 'id', 'tool'], { where: `action <> 'tools/call'` })
@Index('audit_events_resource', ['resource', 'id'], { where: 'resource IS NOT NULL' })
@Index('audit_events_outcome', ['outcome', 'id', 'tool', 'action'], { where: `outcome <> 'success'` })
@Index('audit_events_reason', ['reason', 'id', 'tool', 'action'], { where: 'reason IS NOT NULL' })
@Index('audit_events_recorded', ['recordedAt'], { type: 'brin' })
export class AuditEvent extends Row {}
