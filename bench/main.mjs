// npm run bench: this service beside its peers or, with --against <git ref>, beside another build of itself.
await import(process.argv.some((word) => /^--against(=|$)/.test(word)) ? './against.mjs' : './run.mjs');
