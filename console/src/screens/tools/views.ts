export { ToolSheet } from './ToolSheet';
export { ToolsScreen } from './ToolsScreen';
