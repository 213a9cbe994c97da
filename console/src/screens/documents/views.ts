export { DocumentSheet } from './DocumentSheet';
export { DocumentsScreen } from './DocumentsScreen';
export { FoldersScreen } from './FoldersScreen';
export { NewDocumentScreen } from './NewDocumentScreen';
export { SynonymsScreen } from './SynonymsScreen';
