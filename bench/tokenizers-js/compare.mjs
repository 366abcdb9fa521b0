// Real clients read a tokenizer folder that Inkstone saved: Hugging Face's engine (npm "tokenizers", the Rust code that
// Python uses) and its JavaScript port (npm "@huggingface/tokenizers", which transformers.js uses). Both must give our ids.
//
//   dotnet run -c Release --project ../Inkstone.Benchmarks -- save-tokenizer ../../tests/golden/vocab.txt ../../tests/golden/tokenizer/encode.jsonl.gz /some/folder
//   npm ci && node compare.mjs /some/folder
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Tokenizer as JavaScriptPort } from '@huggingface/tokenizers';

const engine = createRequire(import.meta.url)('tokenizers');
const folder = process.argv[2];
if (!folder) {
  console.error('usage: node compare.mjs FOLDER (as save-tokenizer of bench/Inkstone.Benchmarks wrote it)');
  process.exit(2);
}

const json = name => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const rows = readFileSync(join(folder, 'ids.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line));
const rust = engine.Tokenizer.fromFile(join(folder, 'tokenizer.json'));
const port = new JavaScriptPort(json('tokenizer.json'), json('tokenizer_config.json'));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Where the port itself differs from the reference: it takes classes of characters from the Unicode version of its
// JavaScript engine, and looks for ideographs in UTF-16 units, so it sees none beyond the basic plane. A text that holds
// such characters is compared a second time without them.
const split = engine.bertPreTokenizer();
const clean = engine.bertNormalizer({ cleanText: true, handleChineseChars: false, stripAccents: false, lowercase: false });
const strip = engine.bertNormalizer({ cleanText: false, handleChineseChars: false, stripAccents: true, lowercase: false });
const differences = [
  ['ideographs beyond the basic plane are not set apart', c => /[\u{20000}-\u{2ffff}]/u.test(c)],
  ['punctuation of another Unicode version', c => /\p{P}/u.test(c) !== (split.preTokenizeString(`x${c}y`).length === 3)],
  ['combining marks of another Unicode version', c => /\p{Mn}/u.test(c) !== (strip.normalizeString(`x${c}`) === 'x')],
  ['unassigned, private or format characters of another Unicode version', c => /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/u.test(c) !== (clean.normalizeString(`x${c}y`) !== `x${c}y`)],
];
const isDifferent = c => differences.some(([, test]) => test(c));

let [wrongIds, wrongOffsets, wrongText, wrongPort] = [0, 0, 0, 0];
const known = new Map();
for (const { text, input_ids, offsets, decoded } of rows) {
  const encoded = await rust.encode(text, null);
  wrongIds += !same(encoded.getIds(), input_ids);
  wrongOffsets += !same(encoded.getOffsets(), offsets);
  wrongText += (await rust.decode(input_ids, true)) !== decoded;
  if (!same(port.encode(text).ids, input_ids)) {
    const rest = [...text].filter(c => !isDifferent(c)).join('');
    if (rest !== text && same(port.encode(rest).ids, (await rust.encode(rest, null)).getIds())) {
      for (const [reason, test] of differences) if ([...text].some(test)) known.set(reason, (known.get(reason) ?? 0) + 1);
    } else if (++wrongPort <= 5) {
      console.log('port differs:', JSON.stringify({ text, ours: input_ids, port: port.encode(text).ids }));
    }
  }
}

console.log(`tokenizers (Rust): ${rows.length} texts compared, mismatches: ids ${wrongIds}, offsets ${wrongOffsets}, decoded text ${wrongText}`);
console.log(`@huggingface/tokenizers (JavaScript): ${rows.length} texts compared, unexplained mismatches: ${wrongPort}`);
for (const [reason, count] of known) console.log(`  explained in ${count} texts by: ${reason}`);
process.exitCode = wrongIds + wrongOffsets + wrongText + wrongPort > 0 ? 1 : 0;
