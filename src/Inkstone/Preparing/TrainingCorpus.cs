using System.Globalization;
using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Recipes;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Inkstone.Text.Splitting;
using Inkstone.Torch.Serialization;

namespace Inkstone.Preparing;

/// <summary>
/// The rows of a run: cleaned, encoded, split, their labels known by name. Training rows are ids alone; rows that are judged keep their
/// texts too. Dispose it when no row is needed any more.
/// </summary>
public sealed class TrainingCorpus : IDisposable
{
    private const long LargeHeap = 32L << 20;
    private const double MuchLeaked = 5;   // per cent

    private readonly IReadOnlyList<RemovedRows> removed;
    private readonly IReadOnlyList<EncodedFile> encoded;

    private readonly Func<IEnumerable<Row>> trainRows;
    private readonly Func<IEnumerable<UInt128>> trainHashes;

    private TrainingCorpus(
        LabelSet labels, EncodedRows train, Func<IEnumerable<Row>> trainRows, Func<IEnumerable<UInt128>> trainHashes, JudgedRows validation, JudgedRows test, List<ReadFile> read)
    {
        (Labels, Train, Validation, Test) = (labels, train, validation, test);
        (this.trainRows, this.trainHashes) = (trainRows, trainHashes);
        Files = [.. read.SelectMany(file => file.Source.Files)];
        removed = [.. read.Select(file => file.Removed)];
        encoded = [.. read.Select(file => file.File)];
    }

    /// <summary>Names in the order of their ids.</summary>
    public LabelSet Labels { get; }

    /// <summary>Rows to learn from.</summary>
    public EncodedRows Train { get; }

    /// <summary>The texts of <see cref="Train"/>, cleaned, read again from the files; of a pair, both.</summary>
    /// <exception cref="InvalidDataFileException">A data file has changed since it was read.</exception>
    public IEnumerable<string> TrainTexts() => trainRows().SelectMany(row => row.TextPair is { } pair ? new[] { row.Text, pair } : [row.Text]);

    /// <summary>The rows of <see cref="Train"/>, cleaned, in its order, read again from the files.</summary>
    /// <exception cref="InvalidDataFileException">A data file has changed since it was read.</exception>
    public IEnumerable<Row> TrainRows() => trainRows();

    /// <summary>Rows to choose by; empty where the recipe wants none.</summary>
    public JudgedRows Validation { get; }

    /// <summary>Rows to judge by at the end; empty where the recipe names no file.</summary>
    public JudgedRows Test { get; }

    /// <summary>The files that were read, as they were.</summary>
    public IReadOnlyList<DataFile> Files { get; }

    /// <summary>Reads the recipe's files; without a validation file, a share of the training rows is held back.</summary>
    /// <param name="recipe">Names files, columns, labels, cleaning and seed.</param>
    /// <param name="model">Gives the vocabulary, and names for files whose labels are numbers.</param>
    /// <param name="cacheFolder">Where ids are kept for the next run; null for nowhere.</param>
    /// <param name="notice">Told what was set aside, and why, and how much of the texts the model will not see.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="fold">Instead of the recipe's validation and test rows, holds back these; null for none.</param>
    /// <exception cref="InvalidDataFileException">A file cannot be used as it is.</exception>
    /// <exception cref="InvalidCheckpointException">The recipe's texts are longer than the model's.</exception>
    public static TrainingCorpus Read(
        Recipe recipe, PretrainedFolder model, string? cacheFolder, Action<string> notice, TimeProvider time, CancellationToken stop, Fold? fold = null)
    {
        var read = ReadFiles(recipe, model, cacheFolder, notice, time, fold, stop);
        if (GC.GetTotalMemory(forceFullCollection: false) > LargeHeap)
        {
            // Reading has left more behind than it made, and training, whose tensors no collection sees, would come on top of it.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        return read;
    }

    private static TrainingCorpus ReadFiles(
        Recipe recipe, PretrainedFolder model, string? cacheFolder, Action<string> notice, TimeProvider time, Fold? fold, CancellationToken stop)
    {
        var data = recipe.Data;
        var encoder = Classifier.EncoderFor(model, recipe);
        var cache = new EncodedCache(data.Cache ? cacheFolder : null, notice, time);
        var corpus = new CorpusEncoder(data, encoder, cache, notice, stop);
        var files = new List<ReadFile>();
        try
        {
            var trainFiles = SplitFiles.TrainOf(data);
            var file = Opened(corpus.ReadForTraining(trainFiles));
            var train = file.File.Kept();
            train = data.MaxTrainSamples is { } most ? train[..Math.Min(most, train.Length)] : train;
            var labels = file.Labels.Classes(train, data.LabelNames, model.LabelNames);
            SayBareNumbers(labels, notice);
            var validation = JudgedRows.None;
            if (fold is not null)
            {
                (train, var heldBack) = HoldBack(file.File, train, recipe, fold);
                notice(string.Create(CultureInfo.InvariantCulture, $"{trainFiles}: fold {fold.Index + 1} of {fold.Count} has {heldBack.Length} rows, {train.Length} are left to train on."));
                validation = HeldBack(heldBack);
            }
            else if (SplitFiles.ValidationOf(data) is { } validationFiles)
            {
                SayTaken(validationFiles, data.ValidationFile, "data.validation_file", notice);
                validation = All("validation", Opened(corpus.ReadForEvaluation(validationFiles)));
            }
            else if (data.ValidationSplit > 0)
            {
                (train, var heldBack) = Split(file.File, train, recipe);
                notice(string.Create(CultureInfo.InvariantCulture, $"{trainFiles}: {heldBack.Length} rows held back for validation, {train.Length} left to train on (data.validation_split)."));
                validation = HeldBack(heldBack);
            }

            var test = JudgedRows.None;
            if (fold is null && SplitFiles.TestOf(data) is { } testFiles)
            {
                SayTaken(testFiles, data.TestFile, "data.test_file", notice);
                test = All("test", Opened(corpus.ReadForEvaluation(testFiles)));
            }

            SayTruncated("training", file.File, train);
            var rows = file.File.Select(train, file.Labels.Ids(labels, train));
            new ClassBalance(rows, labels.Names).ThrowUnlessWeighable(recipe.Loss.ClassWeights);
            validation = WithSeen(validation, "validation", encoder, file.File, train, notice);
            test = WithSeen(test, "test", encoder, file.File, train, notice);
            return new(
                labels, rows, () => file.Source.Read(train).Select(encoder.Cleaner.Clean), () => HashesOf(file.File, train), validation, test, files);

            JudgedRows HeldBack(int[] numbers)
            {
                SayTruncated("validation", file.File, numbers);
                return corpus.Judged(file, numbers, labels);
            }

            JudgedRows All(string split, ReadFile judged)
            {
                SayTruncated(split, judged.File, judged.File.Kept());
                return corpus.Judged(judged, labels);
            }

            void SayTruncated(string split, EncodedFile of, int[] numbers)
            {
                if (CutTexts.Notice(split, of, numbers, encoder.Options) is { } sentence)
                {
                    notice(sentence);
                }
            }
        }
        catch
        {
            files.ForEach(file => file.File.Dispose());
            throw;
        }

        ReadFile Opened(ReadFile file)
        {
            files.Add(file);
            return file;
        }
    }

    /// <summary>Writes the rows that cleaning took out, each with its reason; no file where all stayed.</summary>
    /// <exception cref="InvalidDataFileException">A data file has changed since it was read.</exception>
    public void WriteRemoved(string path)
    {
        if (!removed.Any(rows => rows.Any))
        {
            return;
        }

        AtomicFile.Write(path, stream =>
        {
            using var file = new RemovedFile(stream);
            foreach (var rows in removed)
            {
                rows.WriteTo(file);
            }
        });
    }

    /// <summary>Writes what tells later evaluations which texts were trained on.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void WriteTrainTexts(string path) => TrainingTexts.Write(path, trainHashes());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in encoded)
        {
            file.Dispose();
        }
    }

    private static IEnumerable<UInt128> HashesOf(EncodedFile file, int[] numbers)
    {
        var rows = file.Rows.InOrder();
        foreach (var number in numbers)
        {
            yield return rows[number].Text;
        }
    }

    private static (int[] Train, int[] HeldBack) HoldBack(EncodedFile file, int[] numbers, Recipe recipe, Fold fold)
    {
        var folds = Splitter.Folds(new SplitKeys(file, numbers), fold.Count, new() { Stratify = recipe.Data.Stratify, Seed = (ulong)recipe.Data.SplitSeed });
        return ([.. numbers.Where((_, index) => folds[index] != fold.Index)], [.. numbers.Where((_, index) => folds[index] == fold.Index)]);
    }

    private static (int[] Train, int[] HeldBack) Split(EncodedFile file, int[] numbers, Recipe recipe)
    {
        var isHeldBack = Splitter.Split(new SplitKeys(file, numbers), new SplitOptions
        {
            ValidationSplit = recipe.Data.ValidationSplit,
            Stratify = recipe.Data.Stratify,
            Seed = (ulong)recipe.Data.SplitSeed,
        });
        return (Of(false), Of(true));

        int[] Of(bool heldBack)
        {
            var side = new int[isHeldBack.AsSpan().Count(heldBack)];
            for (var (index, next) = (0, 0); next < side.Length; index++)
            {
                side[next] = numbers[index];
                next += isHeldBack[index] == heldBack ? 1 : 0;
            }

            return side;
        }
    }

    private static JudgedRows WithSeen(JudgedRows judged, string split, TextEncoder encoder, EncodedFile file, int[] train, Action<string> notice)
    {
        var seen = TrainingTexts.Seen(judged.Rows, encoder.Cleaner, HashesOf(file, train));
        var count = seen.Count(row => row);
        if (count > 0)
        {
            var share = 100.0 * count / judged.Count;
            notice(string.Create(
                CultureInfo.InvariantCulture,
                $"{(share > MuchLeaked ? "Warning: " : "")}{count} of {judged.Count} {split} rows ({share:0.0} %) have a text that is trained on, too, which flatters the score; the evaluation counts the others by themselves (unseen)."));
        }

        return judged with { Seen = seen };
    }

    private static void SayTaken(SplitFiles files, FilePaths? told, string key, Action<string> notice)
    {
        if (told is null)
        {
            notice($"{files}: taken from the training rows' folder, as {key} names nothing else; {key}=[] leaves it out.");
        }
    }

    private static void SayBareNumbers(LabelSet labels, Action<string> notice)
    {
        if (labels.Names.All(name => int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
        {
            notice($"The labels are bare numbers ({string.Join(", ", labels.Names.Take(6))}{(labels.Count > 6 ? ", …" : "")}), and predictions will show them so; "
                + $"to give them names, set data.label_map, such as {{{labels.Names[0]}: neg, {labels.Names[1]}: pos}}.");
        }
    }
}
