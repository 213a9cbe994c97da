export { CompareSheet } from './CompareSheet';
export { KeySheet } from './KeySheet';
export { KeysScreen } from './KeysScreen';
export { NewKeyScreen } from './NewKeyScreen';
