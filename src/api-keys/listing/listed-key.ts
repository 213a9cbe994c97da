import type { NamedPrincipal } from '../../users/principals.js';
import type { ApiKey } from '../api-key.entity.js';
import type { ListedApiKeyView } from '../api-key.schema.js';
import { toView } from '../api-key.views.js';

/** A key of a list, with its owner where keys of several are listed. */
export interface ListedKey {
  id: string;
  row: ApiKey;
  owner?: NamedPrincipal | undefined;
}

/** Names the owner where keys of several are listed. */
export const toListedView = ({ row, owner }: ListedKey): ListedApiKeyView =>
  owner ? { ...toView(row), owner } : toView(row);
