using System.Globalization;
using System.Text.Json;
using Inkstone.Evaluating;
using Inkstone.Explaining;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>Methods side by side: which order of tokens the model follows.</summary>
internal static class FaithfulnessTable
{
    private static readonly JsonSerializerOptions Json = new(JsonForms.SnakeCase) { WriteIndented = true };

    public static void Show(IAnsiConsole console, IReadOnlyList<FaithfulnessCurve> curves)
    {
        var table = new Table { Border = TableBorder.Markdown };
        table.AddColumn("method");
        foreach (var title in new[] { "deletion (low is good)", "insertion (high is good)", "insertion - deletion", "like shuffled weights (low is good)" })
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var curve in curves)
        {
            table.AddRow(Markup.Escape(curve.Name), Spread(curve.DeletionAreas), Spread(curve.InsertionAreas), Spread(curve.Gaps), curve.ShuffledCorrelation.ToString("0.00", CultureInfo.InvariantCulture));
        }

        console.Write(table);
        console.Profile.Out.Writer.WriteLine(Verdict(curves));
    }

    public static void WriteJson(Stream stream, IReadOnlyList<FaithfulnessCurve> curves) =>
        JsonSerializer.Serialize(stream, curves.Select(curve => new { curve.Name, curve.Deletion, curve.Insertion, curve.DeletionArea, curve.InsertionArea, curve.ShuffledCorrelation }), Json);

    /// <summary>The best method, and whether this sample can tell it from the next: the 95 % interval of the mean difference, text by text (Student's t).</summary>
    internal static string Verdict(IReadOnlyList<FaithfulnessCurve> curves)
    {
        var ranked = curves.OrderByDescending(curve => curve.Gaps.Average()).ToArray();
        var texts = ranked[0].Gaps.Count;
        if (ranked.Length < 2)
        {
            return "";
        }

        double[] differences = [.. ranked[0].Gaps.Zip(ranked[1].Gaps, (best, next) => best - next)];
        var error = FaithfulnessCurve.StandardError(differences);
        var rows = texts == 1 ? "1 text" : FormattableString.Invariant($"{texts} texts");
        return error is { } of && differences.Average() > StudentT.At95(texts - 1) * of
            ? $"Most faithful on {rows}: {ranked[0].Name}, beyond chance before {ranked[1].Name} (paired over the texts, 95 %)."
            : $"Best on {rows}: {ranked[0].Name}; the sample cannot tell it from {ranked[1].Name}.";
    }

    private static string Spread(IReadOnlyList<double> areas) => FaithfulnessCurve.StandardError(areas) is { } error
        ? string.Create(CultureInfo.InvariantCulture, $"{areas.Average():0.000} ± {error:0.000}")
        : areas.Average().ToString("0.000", CultureInfo.InvariantCulture);
}
