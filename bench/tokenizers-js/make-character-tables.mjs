// Writes src/Inkstone.Text/Tokenizing/Characters/CharacterTables.cs: what BERT's normalizer and pre-tokenizer do to each
// Unicode scalar value. Nothing is taken from a Unicode file: each of the 1 112 064 values is put to Hugging Face's own
// engine (npm package "tokenizers", the same Rust code as the Python one), because its parts follow Unicode versions of
// different years, and a tokenizer that mixes them differently gives other ids.
//
//   npm ci && node make-character-tables.mjs > ../../src/Inkstone.Text/Tokenizing/Characters/CharacterTables.cs
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const engine = require('tokenizers');
const { version } = require('tokenizers/package.json');

const off = { cleanText: false, handleChineseChars: false, stripAccents: false, lowercase: false };
const clean = engine.bertNormalizer({ ...off, cleanText: true });
const strip = engine.bertNormalizer({ ...off, stripAccents: true });
const chinese = engine.bertNormalizer({ ...off, handleChineseChars: true });
const nfd = engine.nfdNormalizer();
const lowercase = engine.lowercase();
const split = engine.bertPreTokenizer();

const highest = '\u0345'; // the highest combining class: whatever moves in front of it has a class of its own
const removed = [], spaces = [], ideographs = [], punctuation = [], nonspacing = [], nonstarters = [], decomposed = [], lowered = [];

for (let c = 0; c <= 0x10ffff; c++) {
  if (c >= 0xd800 && c < 0xe000) continue;
  const s = String.fromCodePoint(c);
  const cleaned = clean.normalizeString(`x${s}y`);
  if (cleaned === 'xy') removed.push(c);
  else if (cleaned === 'x y') spaces.push(c);
  else if (cleaned !== `x${s}y`) throw new Error(`clean_text of U+${c.toString(16)}: ${cleaned}`);
  if (chinese.normalizeString(s) === ` ${s} `) ideographs.push(c);
  if (split.preTokenizeString(`x${s}y`).length === 3) punctuation.push(c);
  const canonical = nfd.normalizeString(s);
  const isHangul = c >= 0xac00 && c <= 0xd7a3;
  if (canonical !== s) {
    if (!isHangul) decomposed.push([c, [...canonical].map(x => x.codePointAt(0))]);
  } else {
    if (strip.normalizeString(`x${s}y`) === 'xy') nonspacing.push(c);
    if (s === highest || nfd.normalizeString(highest + s) !== highest + s) nonstarters.push(c);
  }
  const lower = [...lowercase.normalizeString(s)].map(x => x.codePointAt(0));
  if (c === 0x130) { if (lower.join() !== '105,775') throw new Error('U+0130'); }
  else if (lower.length !== 1) throw new Error(`two lower-case letters for U+${c.toString(16)}`);
  else if (lower[0] !== c) lowered.push([c, lower[0] - c]);
}

// Only the order of combining classes matters, so they are ranked by how the engine sorts two of them.
const before = (a, b) => {
  const s = String.fromCodePoint(b) + String.fromCodePoint(a);
  return nfd.normalizeString(s) !== s;
};
const sorted = [...nonstarters].sort((a, b) => (before(a, b) ? -1 : before(b, a) ? 1 : a - b));
const rank = new Map();
sorted.forEach((c, i) => rank.set(c, i === 0 ? 1 : rank.get(sorted[i - 1]) + (before(sorted[i - 1], c) ? 1 : 0)));

const ranges = values => values.reduce((all, c) => {
  if (all.length && all.at(-1)[1] === c - 1) all.at(-1)[1] = c; else all.push([c, c]);
  return all;
}, []);
const ranked = nonstarters.reduce((all, c) => {
  const last = all.at(-1);
  if (last && last[1] === c - 1 && last[2] === rank.get(c)) last[1] = c; else all.push([c, c, rank.get(c)]);
  return all;
}, []);
const runs = []; // first, last, step, distance to the lower-case letter
for (const [c, delta] of lowered) {
  const last = runs.at(-1);
  if (last && last[3] === delta && (last[2] === 0 ? c - last[1] <= 2 : c - last[1] === last[2])) { last[2] = c - last[1]; last[1] = c; }
  else runs.push([c, c, 0, delta]);
}
for (const run of runs) run[2] ||= 1;

const hex = n => (n < 0 ? `-0x${(-n).toString(16).toUpperCase()}` : n < 10 ? `${n}` : `0x${n.toString(16).toUpperCase()}`);
const wrap = numbers => {
  const lines = [''];
  for (const item of numbers.map(n => `${hex(n)},`)) {
    if (lines.at(-1).length + item.length > 180) lines.push('');
    lines[lines.length - 1] += (lines.at(-1) ? ' ' : '') + item;
  }
  return lines.map(l => `        ${l}`).join('\n');
};
const table = (summary, type, name, numbers) => `    /// <summary>${summary}</summary>
    internal static ReadOnlySpan<${type}> ${name} =>
    [
${wrap(numbers)}
    ];
`;
let start = 0;
const starts = decomposed.map(([, to]) => (start += to.length) - to.length).concat(start);

console.log(`// Written by bench/tokenizers-js/make-character-tables.mjs from the answers of "tokenizers" ${version}. Do not edit.
namespace Inkstone.Text.Tokenizing.Characters;

/// <summary>What Hugging Face's BERT normalizer and pre-tokenizer do to each code point, asked of that engine itself.</summary>
internal static class CharacterTables
{
${[
  table('Dropped by <c>clean_text</c>: ranges, first and last.', 'int', 'Removed', ranges(removed).flat()),
  table('Turned into a space by <c>clean_text</c>: ranges, first and last.', 'int', 'Spaces', ranges(spaces).flat()),
  table('Set apart by <c>handle_chinese_chars</c>: ranges, first and last.', 'int', 'Ideographs', ranges(ideographs).flat()),
  table('Cut out as tokens of their own by the pre-tokenizer: ranges, first and last.', 'int', 'Punctuation', ranges(punctuation).flat()),
  table('Dropped by <c>strip_accents</c>: ranges, first and last.', 'int', 'NonspacingMarks', ranges(nonspacing).flat()),
  table('Reordered by canonical decomposition: ranges, first, last and the rank of their combining class.', 'int', 'CombiningRanks', ranked.flat()),
  table('Upper-case letters: first, last, step and the distance to the lower-case letter.', 'int', 'LowerCaseRuns', runs.flat()),
  table('Code points that have a canonical decomposition (Hangul syllables apart), ascending.', 'int', 'Composed', decomposed.map(([c]) => c)),
  table('Where the decomposition of each <see cref="Composed"/> begins in <see cref="Decomposition"/>; one more at the end.', 'ushort', 'DecompositionStarts', starts),
  table('All decompositions, one after the other.', 'int', 'Decomposition', decomposed.flatMap(([, to]) => to)),
].join('\n')}}`);
