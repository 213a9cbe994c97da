// Makes texts whose words are as frequent as in a language: the word of rank n occurs 1/n times as often as the first.
const COMMON =
  `the of and to in is for that on with as by are be this from at it or was have not an will which their can has
  all its were more if when our one other each they may also than would been no about only any these out up into time
  there some between must two after under over such new how use first before per most should where both same while
  three through during within report meeting project customer order contract price office team plan budget market
  product service delivery invoice payment account revenue cost supplier quality station sensor network server system
  data document policy travel training review manager engineer department quarter month week year day number list table
  value result change request approval deadline schedule risk safety security access password laptop printer building
  room harbour airport railway bridge road river mountain weather wind rain temperature pressure measure calibration
  repair maintenance inspection warranty stock warehouse shipment transport vehicle fuel energy battery cable antenna
  signal software release version test failure incident alarm recovery backup database storage backlog ticket
  agreement clause liability penalty insurance tax bank loan interest salary pension holiday illness interview
  candidate contractor visitor badge reception kitchen furniture lease tenant neighbour council permit regulation
  audit evidence finding recommendation summary conclusion appendix glossary diagram photograph sketch workshop
  laboratory experiment sample method theory analysis survey estimate forecast trend average maximum minimum`
    .split(/\s+/)
    .filter(Boolean);
const SYLLABLES =
  'ba ber cor dal den el fen gar hol in kar lem lin mar mon nor ol par pel ran ros sal ser sto tal ter ul ven vor wes'.split(
    ' ',
  );
const VOCABULARY = 60_000;
const WORDS_PER_TEXT = 150;
const QUESTION_WORDS = ['How', 'What about', 'When', 'Why', 'Which', 'Where'];

/** Returns the same numbers in [0, 1) for the same seed (mulberry32). */
export function numbersOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes a rank in syllables, so that every rank has a word of its own. */
function generated(rank) {
  let word = '';
  for (let rest = rank; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length];
  return `${word}${SYLLABLES[rank % 7]}`;
}

const words = [...new Set(COMMON)];
for (let rank = words.length; rank < VOCABULARY; rank++) words.push(generated(rank));
const cumulative = new Float64Array(VOCABULARY);
let total = 0;
for (let rank = 0; rank < VOCABULARY; rank++) cumulative[rank] = total += 1 / (rank + 1);

function drawn(next) {
  const wanted = next() * total;
  let [low, high] = [0, VOCABULARY - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return words[low];
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function sentence(next) {
  const length = 6 + Math.floor(next() * 12);
  return `${capital(Array.from({ length }, () => drawn(next)).join(' '))}.`;
}

/** @returns the document of this number, always the same one: a heading and paragraphs */
export function documentOf(number) {
  const next = numbersOf(number + 1);
  const title = capital(Array.from({ length: 4 }, () => drawn(next)).join(' '));
  const paragraphs = [[]];
  for (let count = 0; count < WORDS_PER_TEXT;) {
    const made = sentence(next);
    count += made.split(' ').length;
    if (paragraphs.at(-1).length === 4) paragraphs.push([]);
    paragraphs.at(-1).push(made);
  }
  const content = `# ${title}\n\n${paragraphs.map((made) => made.join(' ')).join('\n\n')}\n`;
  return { title, content, filename: `notes/${number}.md` };
}

/** @returns a question of four to eight words of the document of this number, frequent ones and rare ones */
export function questionOf(number, next) {
  const known = [
    ...new Set(
      documentOf(number)
        .content.toLowerCase()
        .match(/[a-z]+/g),
    ),
  ];
  const count = 4 + Math.floor(next() * 5);
  const asked = Array.from({ length: count }, () => known[Math.floor(next() * known.length)]);
  return `${QUESTION_WORDS[Math.floor(next() * QUESTION_WORDS.length)]} ${[...new Set(asked)].join(' ')}?`;
}
