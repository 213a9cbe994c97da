import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type TypeScript from 'typescript';
import { stopWithParent } from '../stop-with-parent.js';
import { ServiceProcess } from './service-process.js';

/** Compiles at every change and starts the service anew whenever the whole program compiles. Ends at a signal. */
export async function develop(project: string): Promise<void> {
  const ts = compilerOf(process.cwd());
  const config = resolve(project);
  if (!ts.sys.fileExists(config))
    throw new Error(`${project} is not there: name a configuration with --project`);
  const service = new ServiceProcess();
  stopWithParent();
  const stopped = new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => done());
  });
  const watch = watchProject(ts, config, () => service.restart());
  await stopped;
  watch.close();
  await service.stop();
}

/** The TypeScript of the project: the compiler is no part of an installation that only serves. */
function compilerOf(folder: string): typeof TypeScript {
  try {
    return createRequire(join(folder, 'package.json'))('typescript') as typeof TypeScript;
  } catch (cause) {
    throw new Error('TypeScript is not installed here: npm install --save-dev typescript', { cause });
  }
}

/** @param onCompiled runs whenever a compilation has ended without an error, and its output is written */
function watchProject(ts: typeof TypeScript, config: string, onCompiled: () => void): { close(): void } {
  const format = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => process.cwd(),
    getNewLine: () => '\n',
  };
  const report = (diagnostic: TypeScript.Diagnostic) => {
    process.stderr.write(
      process.stderr.isTTY
        ? ts.formatDiagnosticsWithColorAndContext([diagnostic], format)
        : ts.formatDiagnostic(diagnostic, format),
    );
  };
  const reportStatus: TypeScript.WatchStatusReporter = ({ messageText }, _newLine, _options, errors) => {
    process.stderr.write(`${ts.flattenDiagnosticMessageText(messageText, '\n')}\n`);
    if (errors === 0) onCompiled();
  };
  const host = ts.createWatchCompilerHost(
    config,
    { noEmit: false, noEmitOnError: true },
    ts.sys,
    ts.createEmitAndSemanticDiagnosticsBuilderProgram,
    report,
    reportStatus,
  );
  return ts.createWatchProgram(host);
}
