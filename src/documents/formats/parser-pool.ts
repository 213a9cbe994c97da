import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import pLimit from 'p-limit';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import type { ExtractedText } from './extracted-text.js';
import type { ParseRequest } from './parser-messages.js';
import { ParserProcess } from './parser-process-handle.js';

/** How many files are read at once. */
const PROCESSES = 2;
/** After how long without a file a process is ended. */
const IDLE_MS = 10_000;

/** The processes that read files. They are started for the first file, and ended when there are none. */
@Injectable()
export class ParserPool implements OnModuleDestroy {
  private readonly limit = pLimit(PROCESSES);
  private readonly idle: ParserProcess[] = [];
  private readonly busy = new Set<ParserProcess>();
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectSettings() private readonly settings: Settings) {}

  /** @throws UnusableFile */
  parse(request: ParseRequest): Promise<ExtractedText> {
    return this.limit(async () => {
      clearTimeout(this.timer);
      const parser = this.take();
      this.busy.add(parser);
      try {
        return await parser.parse(request, this.settings.documents.parseMs);
      } finally {
        this.busy.delete(parser);
        if (parser.isUsable) this.idle.push(parser);
        else parser.kill();
        this.timer = setTimeout(() => this.endIdle(), IDLE_MS).unref();
      }
    });
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.endIdle();
    for (const parser of this.busy) parser.kill();
  }

  private take(): ParserProcess {
    for (;;) {
      const parser = this.idle.pop();
      if (!parser) return new ParserProcess();
      if (parser.isUsable) return parser;
    }
  }

  private endIdle(): void {
    for (const parser of this.idle.splice(0)) parser.kill();
  }
}
