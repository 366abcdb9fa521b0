using System.CommandLine;
using Inkstone.Checkpoints;
using Inkstone.Hub;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Cli.Verbs;

/// <summary>
/// Shows what a model will see of a text: ids, offsets, chunks. A checkpoint of Inkstone brings the cleaning and the limits that it was
/// trained with; options go before them. Loads no weights and no libtorch.
/// </summary>
internal static class TokenizeVerb
{
    private static readonly Argument<string[]> Texts = new("TEXT") { Description = "Texts to tokenize; printed token by token.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Model = new("--model", "-m") { Description = "Folder with tokenizer.json or vocab.txt, or a model of the hub (of which the weights are not downloaded); a run or checkpoint brings its cleaning and limits." };
    private static readonly Option<string?> Vocab = new("--vocab") { Description = "A vocab.txt or tokenizer.json instead of --model." };
    private static readonly Option<string?> Input = new("--input") { Description = "Data file (csv, tsv, json, jsonl, parquet, arrow, plain text), pattern or folder; - is standard input, one text a line." };
    private static readonly Option<string?> Output = new("--output") { Description = "A .jsonl file; standard output by default." };
    private static readonly Option<string?> TextColumn = new("--text-column") { Description = "Column that holds the text; usual names are found." };
    private static readonly Option<string?> TextPairColumn = new("--text-pair-column") { Description = "Column that holds the second text of a pair." };
    private static readonly Option<string?> FileEncoding = EncodingOption.Create();
    private static readonly Option<string?> Split = new("--split") { Description = "Which split of the folder that --input names." };
    private static readonly Option<string?> Where = new("--where") { Description = "SQL condition that rows of --input must meet, on the file's own columns." };
    private static readonly Option<int?> MaxLength = new("--max-length") { Description = "Most tokens, special ones included." };
    private static readonly Option<string> TruncationSide = OneOf("--truncation-side", "Where a long text loses tokens.", "right", "left", "both");
    private static readonly Option<int> HeadTokens = new("--head-tokens") { Description = "Tokens kept at the beginning with --truncation-side both.", DefaultValueFactory = _ => 128 };
    private static readonly Option<int?> Stride = new("--stride") { Description = "Cut a long text into chunks that share so many tokens, instead of truncating it." };
    private static readonly Option<bool> NoTruncation = new("--no-truncation") { Description = "Keep every token, whatever the tokenizer's limit." };
    private static readonly Option<string> Padding = OneOf("--padding", "longest pads every row of the output to the longest with [PAD].", "none", "longest");
    private static readonly Option<bool?> DoLowerCase = new("--do-lower-case") { Description = "Overrides the folder's setting." };
    private static readonly Option<bool?> TokenizeChineseChars = new("--tokenize-chinese-chars") { Description = "Overrides the folder's setting." };
    private static readonly Option<bool?> StripAccents = new("--strip-accents") { Description = "Overrides the folder's setting; without it, accents go when letters are lower-cased." };

    private static readonly Option<string?>[] OfInput = [TextColumn, TextPairColumn, FileEncoding, Split, Where];

    public static Command Create()
    {
        var verb = new Command("tokenize", "Show the ids that a model sees.")
        {
            Texts, Model, Vocab, Input, Output, TextColumn, TextPairColumn, FileEncoding, Split, Where, MaxLength, TruncationSide, HeadTokens, Stride, NoTruncation, Padding,
            DoLowerCase, TokenizeChineseChars, StripAccents,
        };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var (texts, input, output) = (parsed.GetValue(Texts) ?? [], parsed.GetValue(Input), parsed.GetValue(Output));
        ThrowIfContradictory(parsed, texts, input);
        if (output is not null)
        {
            RowFile.ThrowUnlessWritable(output, ".jsonl");
            RowFile.ThrowIfInput(output, input is null ? [] : [input], parsed.GetValue(Split));
        }

        using var interruption = output is null ? null : new Interruption();
        var isPadded = parsed.GetValue(Padding) == "longest";
        var tokenizer = Tokenizer(parsed, out var settings);
        var stride = parsed.GetValue(Stride) ?? (isPadded || parsed.GetValue(NoTruncation) ? null : StrideOf(settings));
        var options = Options(parsed, tokenizer, settings, stride);
        var read = Rows(texts, input, parsed, interruption?.Token ?? default);
        var cleaned = settings is null ? read : read.Select(TextCleaner.For(settings.Cleaning).Clean);
        var rows = stride is null ? TokenizedRows.Of(cleaned, tokenizer, options, isPadded) : TokenizedRows.InChunks(cleaned, ChunksOf(tokenizer, options, settings));
        if (output is not null)
        {
            RowFile.Write(output, rows);
        }
        else if (texts.Length > 0)
        {
            foreach (var ids in rows.SelectMany(row => TokenizedRows.IdsOf(row.Columns)))
            {
                Console.WriteLine(string.Join(' ', ids.Select(tokenizer.IdToToken)));
                Console.WriteLine(string.Join(' ', ids));
            }
        }
        else
        {
            using var standardOutput = Console.OpenStandardOutput();
            using var writer = RowWriter.Create(standardOutput, ".jsonl");
            foreach (var (_, columns) in rows)
            {
                writer.Write(columns);
            }
        }

        return ExitCode.Done;
    }

    private static void ThrowIfContradictory(ParseResult parsed, string[] texts, string? input)
    {
        if (texts.Length > 0 && input is not null)
        {
            throw new WrongCallException("give texts or --input, not both.");
        }

        if (texts.Length > 0 && OfInput.FirstOrDefault(option => parsed.GetValue(option) is not null) is { } unused)
        {
            throw new WrongCallException($"{unused.Name} belongs to --input FILE; texts of the command line have no columns.");
        }

        if (parsed.GetValue(NoTruncation) && (parsed.GetValue(MaxLength) ?? parsed.GetValue(Stride)) is not null)
        {
            throw new WrongCallException("--no-truncation goes with neither --max-length nor --stride.");
        }

        if (parsed.GetValue(Stride) is not null && parsed.GetValue(Padding) == "longest")
        {
            throw new WrongCallException("--padding longest goes with one row a text, --stride with several; choose one.");
        }
    }

    private static IEnumerable<Row> Rows(string[] texts, string? input, ParseResult parsed, CancellationToken stop)
    {
        if (texts.Length > 0)
        {
            return texts.Select((text, index) => new Row { Text = text, File = "the command line", Line = index + 1 });
        }

        input ??= Console.IsInputRedirected ? "-" : throw new WrongCallException("give texts, or --input FILE.");
        return DataInput.ReadAloud([input], new ReadOptions
        {
            TextColumn = parsed.GetValue(TextColumn),
            TextPairColumn = parsed.GetValue(TextPairColumn),
            Encoding = EncodingOption.Read(parsed, FileEncoding),
            Split = parsed.GetValue(Split),
            Where = parsed.GetValue(Where),
            Labels = LabelUse.Ignored,
            Stop = stop,
        }, new Terminal(parsed));
    }

    private static int? StrideOf(ClassifierSettings? settings) => settings is { Tokenizer: { LongText: Recipes.LongText.Chunk, Stride: var stride } } ? stride : null;

    /// <summary>The tokenizer, and what a checkpoint of Inkstone says beside it.</summary>
    private static WordPieceTokenizer Tokenizer(ParseResult parsed, out ClassifierSettings? settings)
    {
        var path = (parsed.GetValue(Model), parsed.GetValue(Vocab)) switch
        {
            (not null and var model, null) => HubModel.Fetch(model, HubSelection.Tokenizer, new Terminal(parsed)),
            (null, not null and var vocab) => vocab,
            _ => throw new WrongCallException("give --model FOLDER or --vocab FILE."),
        };
        settings = parsed.GetValue(Model) is null ? null : ClassifierSettings.Read(path);
        var tokenizer = WordPieceTokenizer.Load(path);
        return tokenizer.WithOptions(tokenizer.Options with
        {
            DoLowerCase = parsed.GetValue(DoLowerCase) ?? tokenizer.Options.DoLowerCase,
            TokenizeChineseChars = parsed.GetValue(TokenizeChineseChars) ?? tokenizer.Options.TokenizeChineseChars,
            StripAccents = parsed.GetValue(StripAccents) ?? tokenizer.Options.StripAccents,
        });
    }

    private static EncodingOptions Options(ParseResult parsed, WordPieceTokenizer tokenizer, ClassifierSettings? settings, int? stride)
    {
        var limit = parsed.GetValue(NoTruncation) ? null : parsed.GetValue(MaxLength) ?? settings?.Tokenizer.MaxLength ?? tokenizer.ModelMaxLength;
        var side = settings is null || IsGiven(parsed, TruncationSide) ? parsed.GetValue(TruncationSide)! : settings.Tokenizer.TruncationSide.ToString();
        if (IsGiven(parsed, HeadTokens) && !side.Equals("both", StringComparison.OrdinalIgnoreCase))
        {
            throw new WrongCallException($"--head-tokens belongs to --truncation-side both, but texts are cut on the {side.ToLowerInvariant()}; add that option, or leave this one out.");
        }

        if (limit < 3)
        {
            throw new WrongCallException("--max-length must be at least 3: [CLS], a token, [SEP].");
        }

        if (parsed.GetValue(HeadTokens) < 0)
        {
            throw new WrongCallException("--head-tokens must be at least 0: it counts the tokens kept from the beginning.");
        }

        if (stride is not null && settings is null && side.Equals("both", StringComparison.OrdinalIgnoreCase))
        {
            throw new WrongCallException("--stride cuts a text into chunks and loses nothing, so --truncation-side both has nothing to do; leave one out.");
        }

        if (stride is not null && limit is null)
        {
            throw new WrongCallException("--stride needs --max-length: the tokenizer's files name no limit of their own.");
        }

        if (stride is < 0 || stride >= limit - 2)
        {
            throw new WrongCallException("--stride must be at least 0 and less than --max-length − 2.");
        }

        return new()
        {
            MaxLength = limit,
            TruncationSide = Enum.Parse<Text.Tokenizing.TruncationSide>(side, ignoreCase: true),
            HeadTokens = settings is null || IsGiven(parsed, HeadTokens) ? parsed.GetValue(HeadTokens) : settings.Tokenizer.HeadTokens,
            Stride = stride ?? 0,
        };
    }

    /// <summary>Chunks as the checkpoint's model gets them; of a plain tokenizer, as Hugging Face's makes them, which from the left side begins at the end.</summary>
    private static Func<Row, IEnumerable<(int[] Ids, CharSpan[] Offsets)>> ChunksOf(WordPieceTokenizer tokenizer, EncodingOptions options, ClassifierSettings? settings)
    {
        if (settings is null && options.TruncationSide == Text.Tokenizing.TruncationSide.Left)
        {
            return row => string.IsNullOrEmpty(row.TextPair)
                ? tokenizer.EncodeChunks(row.Text, pair: null, options).Select(chunk => (chunk.InputIds, chunk.Offsets))
                : throw new WrongCallException("--stride with --truncation-side left begins at a text's end, which a pair does not have; leave --truncation-side out.");
        }

        var encoder = new TextEncoder(tokenizer, (settings?.EncoderOptions ?? new()) with
        {
            MaxLength = options.MaxLength!.Value,
            TruncationSide = options.TruncationSide,
            LongText = LongText.Chunk,
            Stride = options.Stride,
            WithOffsets = true,
        });
        return row => encoder.EncodeCleaned(row.Text, row.TextPair).Chunks.Select(chunk => (chunk.InputIds, chunk.Offsets!));
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static Option<string> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
