export { AgentSheet } from './AgentSheet';
export { AgentsScreen } from './AgentsScreen';
export { NewAgentScreen } from './NewAgentScreen';
