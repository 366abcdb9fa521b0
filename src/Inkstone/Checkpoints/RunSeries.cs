using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Recipes;
using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>
/// One recipe's runs under several seeds, over the folds of its rows, or in the ways to treat long texts, in one folder: <c>runs.json</c> and <c>recipe.yaml</c> say what
/// they are, so that a series that was interrupted or killed can go on.
/// </summary>
public sealed class RunSeries
{
    internal const string FileName = "runs.json";
    private const string RecipeName = "recipe.yaml";
    private const string SummaryName = "summary.json";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private RunSeries(string folder, IReadOnlyList<int> seeds, int? folds, IReadOnlyList<string>? variants = null)
    {
        (Folder, Seeds, Folds, HasVariants) = (folder, seeds, folds, variants is not null);
        Runs = variants ?? (folds is { } count ? [.. Enumerable.Range(1, count).Select(number => Name("fold", number))] : [.. seeds.Select(seed => Name("seed", seed))]);
    }

    /// <summary>The folder of them all.</summary>
    public string Folder { get; }

    /// <summary>A run for each of these; empty where it is something else that differs.</summary>
    public IReadOnlyList<int> Seeds { get; }

    /// <summary>A run for each of so many folds; null where it is something else that differs.</summary>
    public int? Folds { get; }

    /// <summary>Whether the runs are variants of the recipe.</summary>
    public bool HasVariants { get; }

    /// <summary>The runs' names, each a folder in <see cref="Folder"/>.</summary>
    public IReadOnlyList<string> Runs { get; }

    /// <summary>What they came to together; its being there says that they all came to their ends.</summary>
    public string Summary => Path.Combine(Folder, SummaryName);

    /// <summary>A run that has begun, and so names data and model that all others must have too; null before the first has.</summary>
    public string? OneThatBegan => Runs.Select(FolderOf).FirstOrDefault(run => RunFolder.ProgressOf(run) != RunProgress.None);

    /// <summary>Whether a folder is one of several runs.</summary>
    public static bool IsAt(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Whether a series has runs that did not come to their end, or has not been summed up.</summary>
    internal static bool IsUnfinished(string folder) => !File.Exists(Path.Combine(folder, SummaryName));

    /// <summary>Begins a series under several seeds.</summary>
    /// <exception cref="RunFolderTakenException">The folder exists and is not empty, or cannot be made.</exception>
    public static RunSeries OfSeeds(string folder, Recipe recipe, IReadOnlyList<int> seeds) => new RunSeries(folder, seeds, null).Begin(recipe);

    /// <summary>Begins a cross-validation.</summary>
    /// <exception cref="RunFolderTakenException">The folder exists and is not empty, or cannot be made.</exception>
    public static RunSeries OfFolds(string folder, Recipe recipe, int folds) => new RunSeries(folder, [], folds).Begin(recipe);

    /// <summary>Begins a comparison of variants of the recipe.</summary>
    /// <param name="folder">The folder of them all.</param>
    /// <param name="recipe">What they are variants of.</param>
    /// <param name="variants">Their names.</param>
    /// <exception cref="RunFolderTakenException">The folder exists and is not empty, or cannot be made.</exception>
    public static RunSeries OfVariants(string folder, Recipe recipe, IReadOnlyList<string> variants) => new RunSeries(folder, [], null, variants).Begin(recipe);

    /// <summary>Takes a series that was interrupted.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="recipe">What to do; the same as then.</param>
    /// <param name="seeds">The seeds, where they are said again; otherwise empty.</param>
    /// <param name="folds">The folds, where they are said again; otherwise null.</param>
    /// <exception cref="ResumeException">Recipe, seeds or folds are others than then.</exception>
    /// <exception cref="RunFinishedException">All runs came to their end.</exception>
    public static RunSeries ToResume(string folder, Recipe recipe, IReadOnlyList<int> seeds, int? folds)
    {
        var began = Read(folder);
        var series = new RunSeries(folder, [.. (began["seeds"] as JsonArray ?? []).Select(seed => seed!.GetValue<int>())], began["folds"]?.GetValue<int>(),
            began["variants"] is JsonArray variants ? [.. variants.Select(name => name!.GetValue<string>())] : null);
        if ((seeds.Count > 0 && !seeds.SequenceEqual(series.Seeds)) || (folds is not null && folds != series.Folds))
        {
            throw new ResumeException(folder, $"the runs began with {series.Described()} and shall go on with {new RunSeries(folder, seeds, folds).Described()}. "
                + "Leave --seeds and --folds out to go on as they began, or train anew with another --output-dir.");
        }

        RunEnvironment.ThrowIfChanged(began, recipe, folder);
        return File.Exists(series.Summary) ? throw new RunFinishedException(folder) : series;
    }

    /// <summary>Where a run lies.</summary>
    public string FolderOf(string run) => Path.Combine(Folder, run);

    /// <summary>Takes the series back where none of its runs has begun, so that a mended call can have the folder.</summary>
    public void DiscardUnlessBegun()
    {
        if (OneThatBegan is not null)
        {
            return;
        }

        File.Delete(Path.Combine(Folder, RecipeName));
        File.Delete(Path.Combine(Folder, FileName));
        if (Directory.Exists(Folder) && !Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            Directory.Delete(Folder);
        }
    }

    private RunSeries Begin(Recipe recipe)
    {
        RunFolder.At(Folder).Dispose();
        var (seeds, folds, variants) = (Folds is null && !HasVariants ? Seeds : null, Folds, HasVariants ? Runs : null);
        var text = JsonSerializer.Serialize(new { Seeds = seeds, Folds = folds, Variants = variants, Recipe = RecipeJson.Of(recipe) }, Json) + "\n";
        AtomicFile.Write(Path.Combine(Folder, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        AtomicFile.Write(Path.Combine(Folder, RecipeName), stream => stream.Write(Encoding.UTF8.GetBytes(RecipeWriter.Write(recipe))));
        return this;
    }

    private string Described() => HasVariants ? "--compare"
        : Folds is { } count ? string.Create(CultureInfo.InvariantCulture, $"--folds {count}")
        : $"--seeds {string.Join(' ', Seeds.Select(seed => seed.ToString(CultureInfo.InvariantCulture)))}";

    private static string Name(string what, int number) => string.Create(CultureInfo.InvariantCulture, $"{what}-{number}");

    private static JsonObject Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            if (JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject began && (began["seeds"] is JsonArray || began["folds"] is JsonValue || began["variants"] is JsonArray) && began["recipe"] is JsonObject)
            {
                return began;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new ResumeException(folder, $"{path} is damaged, so nothing tells which runs there were to be. Each can go on by itself: --resume {Path.Combine(folder, "seed-1")}, for example.");
    }
}
