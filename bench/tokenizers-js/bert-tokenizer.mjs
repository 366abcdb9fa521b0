/** A tokenizer.json for a vocabulary and BertTokenizerFast's settings, as transformers would write it. */
export function bertTokenizer(vocab, { do_lower_case, tokenize_chinese_chars, strip_accents, added_tokens = [] }) {
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map(content => ({
    id: vocab[content], content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true,
  }));
  const mark = content => ({ SpecialToken: { id: content, type_id: 0 } });
  const ids = content => ({ id: content, ids: [vocab[content]], tokens: [content] });
  return {
    version: '1.0', truncation: null, padding: null, added_tokens: [...special, ...added_tokens],
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: tokenize_chinese_chars, strip_accents, lowercase: do_lower_case },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing', single: [mark('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, mark('[SEP]')],
      pair: [mark('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, mark('[SEP]'), { Sequence: { id: 'B', type_id: 1 } }, { SpecialToken: { id: '[SEP]', type_id: 1 } }],
      special_tokens: { '[CLS]': ids('[CLS]'), '[SEP]': ids('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  };
}
