import { Cluster } from '../support/cluster.mjs';

export const faults = { start: () => Cluster.start(), cases: {} };
