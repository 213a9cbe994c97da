/** One file of the build: the library of dialogs is loaded when the first one opens. */
export { AskDialog } from './AskDialog';
export { SheetDialog } from './SheetDialog';
