// Starts the service with the suite's fixtures, on PORT, for the key in BOOTSTRAP_ADMIN_KEY.
import { buildFixtures } from './build.mjs';

await import(new URL('test/conformance/serve.js', buildFixtures()));
