export { DocumentSheet } from './DocumentSheet';
export { DocumentsScreen } from './DocumentsScreen';
export { NewDocumentScreen } from './NewDocumentScreen';
