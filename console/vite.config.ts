import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

/** The files that all screens share. Each screen is a file of its own, and so are dialogs; uPlot is loaded by the first chart. */
const groups = [
  {
    name: 'libraries',
    test: /rolldown[/-]runtime|node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next|openapi-fetch)\//,
  },
  { name: 'dialogs', test: /node_modules\/(@base-ui|@floating-ui)\// },
  {
    name: 'console',
    test: /console\/src\/(api|frame\/(?!CommandPalette|KeysHelp)|language\/(language|said\.ts)|parts\/(?!dialog)|router|screens\/\w+\/(find|routes)|screens\/agents\/agent-queries|screens\/keys\/(NewKeyForm|ScopePicker|IssuedKeyView|Rotation|ClientSettings|KeyUsage|KeyStateWord|usage-|key-))/,
  },
];

/** The service serves what this writes, below `/console/`. */
export default defineConfig({
  base: '/console/',
  plugins: [tailwindcss()],
  build: {
    outDir: '../dist/console-app',
    emptyOutDir: true,
    // The policy of the console takes no scripts and styles from the page itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups } },
      // Libraries say where a server ends (`use client`), and there is none.
      checks: { moduleLevelDirective: false },
    },
  },
});
