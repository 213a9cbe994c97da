/** The scope of an agent that makes agents below itself. */
export const MAKES_AGENTS = 'agents:create';
