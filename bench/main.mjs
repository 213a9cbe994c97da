// Runs `npm run bench`: it compares this service with its peers or, with --against <git ref>, with another build of
// itself.
await import(process.argv.some((word) => /^--against(=|$)/.test(word)) ? './against.mjs' : './run.mjs');
