import { IsBoolean, IsIn, IsInt, IsUUID, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { PageQuery } from '../../database/page.js';
import { ToBoolean } from '../../validation/to-boolean.js';
import { ToWholeNumber } from '../../validation/to-whole-number.js';
import { IfPresent } from '../../validation/validators.js';
import { AGENT_STATES, type AgentState } from '../agent-filters.js';

export class ListAgentsQuery extends PageQuery {
  @JSONSchema({ description: 'Only the agents that belong to this person, team or agent' })
  @IfPresent()
  @IsUUID()
  ownerId?: string;

  /** Only agents in this state. `current`: those that were not retired; `stopped`: those of them that do not work. */
  @IfPresent()
  @IsIn(AGENT_STATES)
  state?: AgentState;

  /** Only agents that were not retired, and not used for so many days (or never, and are that old). */
  @IfPresent()
  @ToWholeNumber()
  @IsInt()
  @Min(1)
  @Max(3650)
  unusedForDays?: number;

  /** Only agents that hold a scope of high or critical risk; `false`: that hold none. */
  @IfPresent()
  @ToBoolean()
  @IsBoolean()
  elevated?: boolean;
}
