import { findAgents } from '../screens/agents/find-agents';
import { findDocuments } from '../screens/documents/find-documents';
import { findKeys } from '../screens/keys/find-keys';
import { findPeople } from '../screens/people/find-people';
import { findTools } from '../screens/tools/find-tools';

/** Something that the palette leads to. */
export interface Found {
  id: string;
  title: string;
  /** What else it is found by, such as the beginning of a key. */
  words?: string;
  /** What kind of thing it is: a key of `frame.kinds`. */
  kind: 'screen' | 'document' | 'key' | 'tool' | 'person' | 'agent' | 'setting';
  to: string;
}

interface Finder {
  scope: string;
  find: () => Promise<Found[]>;
}

/** What the palette finds beside the screens. Each is asked once when the palette opens, and its titles are searched. */
export const FINDERS: readonly Finder[] = [
  { scope: 'documents:read', find: findDocuments },
  { scope: 'keys:read', find: findKeys },
  { scope: 'agents:read', find: findAgents },
  { scope: 'service:read', find: findTools },
  { scope: 'users:read', find: findPeople },
];
