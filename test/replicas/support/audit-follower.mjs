// Follows the stream of the audit, and opens it again where it ended, as an EventSource of a browser does.
import { get } from 'node:http';
import { pause } from '../../faults/service.mjs';

const RETRY_MS = 100;

export class AuditFollower {
  /** The ids of the rows that arrived. */
  ids = new Set();
  opened = 0;
  /** How the streams ended: with an event that says why, at the end of the answer, or in the middle. */
  ended = {};
  /** How often it was told that rows may be missing, as of a replay that would be too long. */
  gaps = 0;
  isRunning = true;

  constructor(url, key) {
    this.url = `${url}/api/audit/stream`;
    this.headers = { authorization: `Bearer ${key}` };
    this.following = this.follow();
  }

  async stop() {
    this.isRunning = false;
    this.request?.destroy();
    await this.following;
  }

  async follow() {
    while (this.isRunning) {
      const end = await this.stream();
      if (this.isRunning) {
        this.ended[end] = (this.ended[end] ?? 0) + 1;
        await pause(RETRY_MS);
      }
    }
  }

  stream() {
    const headers = { ...this.headers, ...(this.lastId && { 'last-event-id': this.lastId }) };
    return new Promise((done) => {
      this.request = get(this.url, { headers, agent: false }, (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          done(`refused with ${response.statusCode}`);
          return;
        }
        this.opened++;
        let reason = 'without a word';
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          const events = (text + part).split('\n\n');
          text = events.pop();
          for (const event of events) reason = this.note(event) ?? reason;
        });
        response.on('error', () => undefined);
        response.on('close', () => done(response.complete ? reason : 'in the middle'));
      });
      this.request.on('error', ({ code }) => done(`without an answer: ${code}`));
    });
  }

  /** @returns the reason, if the event says that the stream ends */
  note(event) {
    const field = (name) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(event)?.[1];
    const id = field('id');
    if (id) this.lastId = id;
    const kind = field('event');
    if (kind === 'audit') this.ids.add(id);
    if (kind === 'gap') this.gaps++;
    return kind === 'end' ? field('data') : undefined;
  }
}
