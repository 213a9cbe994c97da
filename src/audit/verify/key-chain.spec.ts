import { generateSealKey, SealKey } from '../seal/seal-key.js';
import { derOf } from '../seal/seal-key.js';
import { encodeHeads, type Handover, handoverDigest, type Head, signHandover } from '../seal/key-handover.js';
import { KeyChain } from './key-chain.js';

const newKey = () => SealKey.from(generateSealKey());
const [first, second, third, thief] = [newKey(), newKey(), newKey(), newKey()] as const;
const HEAD: Head = { nodeId: '01890000-0000-7000-8000-000000000001', number: 3, digest: Buffer.alloc(32, 7) };

interface Fields {
  compromised?: boolean;
  heads?: Head[];
  /** The handovers to the key that hands over. */
  after?: Handover[];
}

function handover(
  from: SealKey,
  to: SealKey,
  { compromised = false, heads = [], after = [] }: Fields = {},
): Handover {
  const content = {
    fromKey: derOf(from.publicKey),
    toKey: derOf(to.publicKey),
    compromised,
    handedOverAt: new Date('2026-01-02T03:04:05.678Z'),
    heads: encodeHeads(heads),
    statements: Buffer.concat(after.map(handoverDigest)),
  };
  return signHandover(content, from, to);
}

const firstTwo = handover(first, second, { heads: [HEAD] });
const lastTwo = handover(second, third, { after: [firstTwo] });

function follow(given: SealKey[], handovers: Handover[]) {
  const chain = KeyChain.follow(
    given.map(({ publicKey }) => publicKey),
    handovers,
  );
  return { chain, believed: [...chain.keys.keys()].sort(), problems: chain.problems.map(({ what }) => what) };
}
const idsOf = (...keys: SealKey[]) => keys.map(({ id }) => id).sort();

describe('A chain of keys', () => {
  it.each<[string, SealKey[]]>([
    ['the oldest key', [first]],
    ['the newest key', [third]],
    ['a key in between', [second]],
    ['all keys', [third, second, first]],
  ])('is followed from %s to all others, whatever the order of the handovers', (_, given) => {
    for (const handovers of [
      [firstTwo, lastTwo],
      [lastTwo, firstTwo],
    ]) {
      const { chain, believed, problems } = follow(given, handovers);
      expect([believed, problems]).toEqual([idsOf(first, second, third), []]);
      expect([...chain.retired.keys()].sort()).toEqual(idsOf(first, second));
    }
  });

  it('says what the former key had signed, and which keys were followed', () => {
    const { chain } = follow([first], [firstTwo]);
    expect(chain.retired.get(first.id)!.heads.get(HEAD.nodeId)).toEqual(HEAD);
    expect(chain.followed).toEqual([
      {
        id: first.id,
        given: true,
        handedOver: { to: second.id, at: '2026-01-02T03:04:05.678Z', compromised: false },
      },
      { id: second.id, given: false, handedOver: null },
    ]);
  });

  it.each<[string, Handover]>([
    ['without the signature of the former key', { ...firstTwo, fromSignature: Buffer.alloc(64) }],
    ['without the signature of the new key', { ...firstTwo, toSignature: firstTwo.fromSignature }],
    ['to another key than was signed', { ...firstTwo, toKey: derOf(thief.publicKey) }],
    ['of another time', { ...firstTwo, handedOverAt: new Date(0) }],
    ['of an impossible time', { ...firstTwo, handedOverAt: new Date(NaN) }],
    ['with other seals', { ...firstTwo, heads: encodeHeads([{ ...HEAD, number: 4 }]) }],
    ['with a statement more', { ...firstTwo, statements: Buffer.alloc(32) }],
    ['that is said to be compromised', { ...firstTwo, compromised: true }],
    ['of something that is no key', { ...firstTwo, fromKey: Buffer.from('key') }],
  ])('does not believe a handover %s', (_, forged) => {
    const { believed, problems } = follow([first], [forged]);
    expect([believed, problems]).toEqual([idsOf(first), ['the two keys did not sign it']]);
  });

  it('ends where a handover was removed', () => {
    expect(follow([first], [lastTwo])).toMatchObject({
      believed: idsOf(first),
      problems: [`no public key ${second.id} or ${third.id} was given`],
    });
  });

  it('believes neither of two handovers of one key, unless the successor was given', () => {
    const forged = handover(first, thief);
    const fork = ['there is another one of the same key', 'there is another one of the same key'];
    expect(follow([first], [firstTwo, forged])).toMatchObject({ believed: idsOf(first), problems: fork });
    const pinned = follow([second], [forged, firstTwo]);
    expect(pinned).toMatchObject({ believed: idsOf(first, second), problems: fork });
    expect(pinned.chain.retired.get(first.id)!.to).toBe(second.id);
  });

  it.each([[[first]], [[second]]])(
    'does not believe a key that hands over to one which is no longer used',
    (given) => {
      const { believed, problems } = follow(given, [firstTwo, handover(thief, first)]);
      expect([believed, problems]).toEqual([
        idsOf(first, second),
        [`the key ${first.id} had handed over before`],
      ]);
    },
  );

  it('does not lead on from a compromised key, and leads back to it', () => {
    const compromised = handover(first, second, { compromised: true, heads: [HEAD] });
    expect(follow([first], [compromised])).toMatchObject({
      believed: idsOf(first),
      problems: ['the first was compromised, so that the public key of the second must be given'],
    });
    expect(follow([second], [compromised])).toMatchObject({ believed: idsOf(first, second), problems: [] });
  });
});
