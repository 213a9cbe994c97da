export { AssistantScreen } from './AssistantScreen';
export { PassageSheet } from './PassageSheet';
