// Writes rows for tests/golden/tokenizer/rare.jsonl.gz: texts full of what ordinary text lacks (marks in the wrong order,
// jamo, decompositions, added tokens with flags), with the ids and offsets of Hugging Face's own engine.
//
//   npm ci && node make-rare-goldens.mjs [rows a setting] [seed] | gzip -9n > ../../tests/golden/tokenizer/rare.jsonl.gz
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bertTokenizer } from './bert-tokenizer.mjs';

const engine = createRequire(import.meta.url)('tokenizers');
const [count, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1)];

// mulberry32, so that every run gives the same rows
let state = seed;
const random = n => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % n;
};
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
const pools = [
  range(0x61, 0x7a), range(0x20, 0x7e), range(0x4e00, 0x4fff), range(0xc0, 0x24f), range(0x300, 0x36f), range(0x300, 0x36f),
  range(0x1e00, 0x1fff), range(0x1100, 0x11ff), range(0xac00, 0xae00), range(0xf900, 0xfaff), range(0x2200, 0x22ff), range(0x302a, 0x302f),
  range(0x900, 0xdff), range(0xf00, 0xfff), range(0x1a00, 0x1cff), range(0x8d4, 0x8e1), range(0x1d165, 0x1d172), range(0x1e000, 0x1e02a),
  range(0x1dc0, 0x1dff), range(0x591, 0x6ff), range(0x10400, 0x1044f), range(0x1f600, 0x1f640), range(0x2f800, 0x2fa1d), range(0, 0x20),
  range(0x2000, 0x206f), range(0x3040, 0x30ff), range(0xff00, 0xffef), range(0x1b00, 0x1bff), range(0xa8e0, 0xaaff), range(0x11000, 0x11fff),
  [' ', ' ', '\t', '\u3000'], ['İ', 'Σ', 'ẞ', 'ß', '≠', '≮', '；', '\u037e', '\u0344', '\u0387'],
  ['[CLS]', '[MASK]', '[', ']', '[UNK', '##', '[新]', 'USER', 'user', '<e>', 'Covid', 'COVID', '新词', '😀😀', '_'],
  range(0x10000, 0x10fff), range(0xe000, 0xe00f), range(0xfffa, 0xfffd), range(0x20000, 0x2003f),
];
const text = () => Array.from({ length: random(24) }, () => {
  const pool = pools[random(3) === 0 ? random(5) : random(pools.length)];
  return pool[random(pool.length)];
}).join('');

const vocab = Object.fromEntries(readFileSync(new URL('../../tests/golden/vocab.txt', import.meta.url), 'utf8').split('\n').slice(0, -1).map((token, id) => [token, id]));
const size = Object.keys(vocab).length;
const added = [
  { content: '[新]' }, { content: 'USER', single_word: true }, { content: '<e>', lstrip: true, rstrip: true }, { content: '😀😀', special: true },
  { content: 'Covid', normalized: true }, { content: '新词', normalized: true, rstrip: true },
].map((token, i) => ({ id: size + i, single_word: false, lstrip: false, rstrip: false, normalized: false, special: false, ...token }));

for (const [lower, chinese, accents, tokens] of [
  [true, true, null, []], [false, true, null, []], [true, false, null, []], [true, true, false, []], [false, true, true, []],
  [true, true, null, added.filter(token => !token.normalized)], [true, true, null, added], [false, false, null, added],
]) {
  const settings = { do_lower_case: lower, tokenize_chinese_chars: chinese, strip_accents: accents, added_tokens: tokens };
  const tokenizer = engine.Tokenizer.fromString(JSON.stringify(bertTokenizer(vocab, settings)));
  for (let i = 0; i < count; i++) {
    const row = text();
    const encoded = await tokenizer.encode(row, null);
    console.log(JSON.stringify({ ...settings, text: row, input_ids: encoded.getIds(), offsets: encoded.getOffsets() }));
  }
}
