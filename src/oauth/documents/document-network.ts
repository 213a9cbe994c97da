import { lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';
import { isPublicAddress } from './public-addresses.js';

/** The network in which documents of clients are: the public one. Specs, whose documents are on this machine, have one of their own. */
@Injectable()
export class DocumentNetwork {
  /** The certificates that are trusted; those of Node by default. */
  readonly certificates: string | undefined;

  async addressesOf(host: string): Promise<string[]> {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  }

  mayReach(address: string): boolean {
    return isPublicAddress(address);
  }
}
