import { IsIn } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { WINDOWS, type WindowName } from '../../audit/figures/window.js';
import { IfPresent } from '../../validation/validators.js';

export class OverviewQuery {
  @JSONSchema({ description: 'How far back (default 24h)' })
  @IfPresent()
  @IsIn(WINDOWS)
  window?: WindowName;
}
