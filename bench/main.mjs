// Runs `npm run bench`: it compares this service with its peers; with `--against <git ref>` it compares it with another
// build of itself; with `--workers <n>` with one worker; with `--tools real` it measures the built-in tools.
const has = (flag) => process.argv.some((word) => word === flag || word.startsWith(`${flag}=`));

if (has('--against')) await import('./against.mjs');
else if (has('--workers')) await import('./workers.mjs');
else if (has('--tools')) await import('./real.mjs');
else await import('./run.mjs');
