using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Inkstone.Batching;
using Inkstone.FirstEncoder;
using Inkstone.Models.Bert;
using Inkstone.Text.Chunking;
using Inkstone.Text.Tokenizing;
using Inkstone.Torch;
using Inkstone.Torch.Nn;
using Inkstone.Torch.Optim;
using Inkstone.Torch.Serialization;

// Pre-trains the small encoder that models/ ships, by guessing hidden words in the lines of a text file.
//   dotnet run -c Release --project bench/Inkstone.FirstEncoder -- CORPUS.txt OUT minutes [layers hidden heads vocabulary rate batchTokens]
var (corpus, output, minutes) = (args[0], args[1], double.Parse(args[2], CultureInfo.InvariantCulture));
int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
var (layers, hidden, heads, vocabularySize) = (Number(3, 2), Number(4, 128), Number(5, 4), Number(6, 7000));
var rate = args.Length > 7 ? double.Parse(args[7], CultureInfo.InvariantCulture) : 1e-3;
var batchTokens = Number(8, 4096);
const int MaxLength = 128;
const long Seed = 42;

Directory.CreateDirectory(output);
var tokens = CorpusVocabulary.Build(File.ReadLines(corpus), vocabularySize);
File.WriteAllText(Path.Combine(output, "vocab.txt"), string.Join('\n', tokens) + "\n");
var tokenizer = WordPieceTokenizer.Load(Path.Combine(output, "vocab.txt"));
var encoder = new TextEncoder(tokenizer, new() { MaxLength = MaxLength, LongText = LongText.Chunk, Stride = 0 });
var lines = new List<int[]>();
foreach (var window in File.ReadLines(corpus).Chunk(50_000))
{
    lines.AddRange(encoder.EncodeAll([.. window.Select(line => (line, (string?)null))], 2).SelectMany(document => document.Chunks).Select(chunk => chunk.InputIds).Where(ids => ids.Length > 8));
}

var random = new SeededRandom(Seed);
var shuffled = lines.ToArray();
random.Shuffle<int[]>(shuffled);
var heldOut = shuffled[..2000];
var train = shuffled[2000..];
Console.WriteLine($"{tokens.Length} tokens in the vocabulary, {train.Length} lines, {train.Sum(ids => (long)ids.Length)} tokens");

var config = new BertConfig
{
    VocabSize = tokens.Length, HiddenSize = hidden, NumHiddenLayers = layers, NumAttentionHeads = heads, IntermediateSize = 4 * hidden,
    MaxPositionEmbeddings = 512, InitializerRange = 0.05, HiddenDropoutProb = 0, AttentionProbsDropoutProb = 0,
};
using var model = new BertForMaskedLM(config, new ModelContext(Device.Cpu));
OffsetHeads.Apply(model, config, Seed);
var named = model.NamedParameters().ToArray();
using var optimizer = new AdamW(
[
    new("decay", [.. named.Where(parameter => parameter.Value.Dim > 1)], rate, 0.01),
    new("no decay", [.. named.Where(parameter => parameter.Value.Dim == 1)], rate, 0),
], 0.9, 0.98, 1e-6);

var clock = Stopwatch.StartNew();
long step = 0;
long seen = 0;
double average = 0;
for (var epoch = 0; clock.Elapsed.TotalMinutes < minutes; epoch++)
{
    var chance = new SeededRandom(Seed, 100 + epoch);
    var masking = new Masking(tokenizer.MaskId!.Value, 5, tokens.Length, chance);
    foreach (var batch in Batches(train, chance))
    {
        var share = clock.Elapsed.TotalMinutes / minutes;
        if (share >= 1)
        {
            break;
        }

        optimizer.ScaleLearningRates(share < 0.06 ? share / 0.06 : (1 - share) / 0.94);
        using var scope = TensorScope.New();
        var loss = Loss(batch, masking);
        loss.Backward();
        optimizer.ClipAndStep(1.0);
        optimizer.ZeroGrad();
        seen += batch.Sum(ids => ids.Length);
        average = step == 0 ? loss.ToDouble() : (0.98 * average) + (0.02 * loss.ToDouble());
        if (++step % 200 == 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step}  loss {average:0.000}  {seen / 1e6:0.0} M tokens  {seen / clock.Elapsed.TotalSeconds:0} tokens/s  {100 * share:0} %"));
        }

        if (step % 5000 == 0)
        {
            Save();
        }
    }
}

using (GradMode.NoGrad())
{
    var masking = new Masking(tokenizer.MaskId!.Value, 5, tokens.Length, new SeededRandom(7));
    var losses = Batches(heldOut, new SeededRandom(7)).Select(batch =>
    {
        using var scope = TensorScope.New();
        return Loss(batch, masking).ToDouble();
    }).ToArray();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"held-out loss {losses.Average():0.000} after {seen} tokens in {clock.Elapsed.TotalMinutes:0.0} minutes"));
}

Save();

Tensor Loss(int[][] batch, Masking masking)
{
    var (masked, rows, words) = masking.Mask(batch, ids => new EncodedDocument([new(ids, null, 0, 0, null)], ids.Length, false));
    var logits = model.Forward(new PackedBatch(masked, Device.Cpu), Tensor.From<long>(rows, rows.Length));
    return logits.CrossEntropy(Tensor.From<long>(words, words.Length));
}

IEnumerable<int[][]> Batches(int[][] source, SeededRandom chance)
{
    var order = Enumerable.Range(0, source.Length).ToArray();
    chance.Shuffle<int>(order);
    foreach (var pool in order.Chunk(8192))
    {
        Array.Sort(pool, (left, right) => source[right].Length.CompareTo(source[left].Length));
        var batches = new List<int[][]>();
        var batch = new List<int[]>();
        foreach (var line in pool)
        {
            if (batch.Count > 0 && (batch.Count + 1) * batch[0].Length > batchTokens)
            {
                batches.Add([.. batch]);
                batch.Clear();
            }

            batch.Add(source[line]);
        }

        batches.Add([.. batch]);
        var shuffledBatches = batches.ToArray();
        chance.Shuffle<int[][]>(shuffledBatches);
        foreach (var ready in shuffledBatches)
        {
            yield return ready;
        }
    }
}

void Save() => AtomicFolder.Write(output, folder =>
{
    tokenizer.Save(folder);
    File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(
        new SortedDictionary<string, object>
        {
            ["architectures"] = new List<string> { "BertForMaskedLM" }, ["model_type"] = "bert", ["hidden_act"] = config.HiddenAct,
            ["hidden_size"] = hidden, ["num_hidden_layers"] = layers, ["num_attention_heads"] = heads, ["intermediate_size"] = config.IntermediateSize,
            ["vocab_size"] = config.VocabSize, ["max_position_embeddings"] = config.MaxPositionEmbeddings, ["type_vocab_size"] = config.TypeVocabSize,
            ["layer_norm_eps"] = config.LayerNormEps, ["initializer_range"] = 0.02, ["hidden_dropout_prob"] = 0.1, ["attention_probs_dropout_prob"] = 0.1,
            ["pad_token_id"] = 0, ["dtype"] = "float16",
        },
        new JsonSerializerOptions { WriteIndented = true }) + "\n");
    using var scope = TensorScope.New();
    using var noGrad = GradMode.NoGrad();
    using var file = File.Create(Path.Combine(folder, "model.safetensors"));
    SafetensorsWriter.Write(
        file,
        [.. model.NamedParameters().Select(parameter =>
        {
            var half = parameter.Value.Detach().To(DType.Float16).Contiguous();
            return new StoredTensor(parameter.Name, half.DType, half.Shape, half.DataPointer);
        })]);
});
