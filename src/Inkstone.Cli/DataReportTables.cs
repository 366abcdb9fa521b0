using System.Globalization;
using Inkstone.Text.Profiling;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>A data report as a person reads it on a terminal of 80 columns; findings come last, where the eye is.</summary>
internal static class DataReportTables
{
    private const string Blocks = " ▁▂▃▄▅▆▇█";
    private const int HistogramBars = 16;
    private const int MostLabels = 12;
    private const int MostConflicts = 3;
    private const int MostSetAside = 5;
    private const int MostUnknown = 8;

    public static void Show(IAnsiConsole console, DataReport report)
    {
        console.Write(Overview(report));
        console.Write(Labels(report));
        console.Write(Lengths(report));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Tokens of {report.Tokenizer} ({report.VocabularySize}), [CLS] and [SEP] included; histograms reach to p99."));
        console.Write(Truncation(report));
        console.WriteLine("Rows cut lose their ends (truncation_side right) or their beginnings (left).");
        console.Write(Marks(report));
        if (report.Files.Any(file => file.UnknownTokens > 0))
        {
            console.Write(Unknown(report));
        }

        if (report.Leaks.Count > 0)
        {
            console.Write(Leaks(report));
        }

        Conflicts(console, report);
        SetAside(console, report);
        Findings(console, report);
    }

    private static Table Overview(DataReport report)
    {
        var table = New("split", "rows", "labels", "empty", "repeated", "conflicts", "encoding");
        foreach (var file in report.Files)
        {
            table.AddRow(Cells(file.Split, file.Rows, file.Labels.Count, file.Empty, file.Duplicates, file.Conflicting, file.Encoding ?? "–"));
        }

        return table;
    }

    private static Table Labels(DataReport report)
    {
        var all = report.Files.SelectMany(file => file.Labels).GroupBy(label => label.Label, StringComparer.Ordinal)
            .OrderByDescending(group => group.Sum(label => label.Rows)).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key).ToArray();
        var table = New(["label", .. report.Files.Select(file => file.Split)]);
        foreach (var label in all.Take(MostLabels))
        {
            table.AddRow(Cells([label, .. report.Files.Select(file => Share(file.Labels.FirstOrDefault(count => count.Label == label)?.Rows ?? 0, file.Rows))]));
        }

        if (all.Length > MostLabels)
        {
            table.AddRow(Cells(string.Create(CultureInfo.InvariantCulture, $"… {all.Length - MostLabels} more")));
        }

        if (report.Files.Any(file => file.Unlabelled > 0))
        {
            table.AddRow(Cells(["(no label)", .. report.Files.Select(file => Share(file.Unlabelled, file.Rows))]));
        }

        return table;
    }

    private static Table Lengths(DataReport report)
    {
        var table = New("split", "length in", "mean", "p50", "p90", "p99", "max", "histogram");
        foreach (var file in report.Files)
        {
            Add(file.Split, "characters", file.Characters);
            Add("", "tokens", file.Tokens);
        }

        return table;

        void Add(string split, string unit, LengthHistogram lengths) => table.AddRow(Cells(
            split, unit, lengths.Mean.ToString("0.0", CultureInfo.InvariantCulture), lengths.Percentile(0.5), lengths.Percentile(0.9), lengths.Percentile(0.99), lengths.Max, Sketch(lengths)));
    }

    private static Table Truncation(DataReport report)
    {
        var withCounts = report.Files.Count <= 2; // what fits into 80 columns
        var table = New(["max_length", .. report.Files.SelectMany(file => new[] { withCounts ? $"{file.Split} rows cut" : file.Split, "tokens" })]);
        for (var i = 0; i < report.Files[0].Truncation.Count; i++)
        {
            table.AddRow(Cells([report.Files[0].Truncation[i].MaxLength, .. report.Files.SelectMany(file => new object[]
            {
                withCounts ? Share(file.Truncation[i].Rows, file.Rows) : Shares.Percent(file.Truncation[i].Rows, file.Rows), Shares.Percent(file.Truncation[i].Tokens, file.Tokens.Sum),
            })]));
        }

        return table;
    }

    private static Table Marks(DataReport report)
    {
        var table = New(["rows with", .. report.Files.Select(file => file.Split)]);
        foreach (var (index, mark) in report.Files[0].Marks.Index())
        {
            table.AddRow(Cells([mark.Mark.Replace('_', ' '), .. report.Files.Select(file => Share(file.Marks[index].Rows, file.Rows))]));
        }

        return table;
    }

    private static Table Unknown(DataReport report)
    {
        var table = New("split", "unknown tokens", "commonest unknown characters");
        foreach (var file in report.Files)
        {
            table.AddRow(Cells(
                file.Split,
                Share(file.UnknownTokens, file.TextTokens),
                string.Join("  ", file.UnknownCharacters.Take(MostUnknown).Select(character => string.Create(CultureInfo.InvariantCulture, $"{character.Text} {character.Count}")))));
        }

        return table;
    }

    private static Table Leaks(DataReport report)
    {
        var table = New("rows of", "stand in", "exactly", "other label", "nearly", "together");
        foreach (var leak in report.Leaks.Where(leak => report.Leaks.Count <= 6 || leak.Exact + leak.Near > 0))
        {
            table.AddRow(Cells(leak.To, leak.From, leak.Exact, leak.OtherLabel, (leak.NearIsEstimate ? "≈ " : "") + leak.Near.ToString(CultureInfo.InvariantCulture), Shares.Percent(leak.Exact + leak.Near, leak.Rows)));
        }

        return table;
    }

    private static void Conflicts(IAnsiConsole console, DataReport report)
    {
        foreach (var file in report.Files.Where(file => file.Conflicting > 0))
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Texts of {file.Split} with several labels: {file.Conflicting}"));
            foreach (var text in file.Conflicts.Take(MostConflicts))
            {
                console.WriteLine($"  {text.TextStart}");
                console.WriteLine("    " + string.Join(", ", text.Places));
            }
        }
    }

    private static void SetAside(IAnsiConsole console, DataReport report)
    {
        foreach (var file in report.Files.Where(file => file.SetAside > 0))
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Records of {file.Split} that could not be read: {file.SetAside}"));
            foreach (var record in file.SetAsideRecords.Take(MostSetAside))
            {
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {record.File}, line {record.Line}: {record.Problem}"));
            }
        }
    }

    private static void Findings(IAnsiConsole console, DataReport report)
    {
        console.WriteLine();
        if (report.Findings.Count == 0)
        {
            console.WriteLine("Nothing stands out.");
            return;
        }

        console.WriteLine("Findings, worst first");
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("").NoWrap().PadLeft(0));
        table.AddColumn("");
        foreach (var finding in report.Findings)
        {
            table.AddRow(Level(finding.Level), Markup.Escape(finding.Text));
        }

        console.Write(table);
    }

    private static string Level(FindingLevel level) => level switch
    {
        FindingLevel.Serious => "[red]serious[/]",
        FindingLevel.Warning => "[yellow]warning[/]",
        _ => "note",
    };

    private static string Sketch(LengthHistogram lengths)
    {
        var bins = lengths.Bins(HistogramBars);
        var most = bins.Count == 0 ? 1 : bins.Max(bin => bin.Count);
        return string.Concat(bins.Select(bin => Blocks[(int)Math.Ceiling((Blocks.Length - 1.0) * bin.Count / most)]));
    }

    private static string Share(long part, long whole) => part == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{part} ({Shares.Percent(part, whole)})");

    private static Table New(params string[] titles)
    {
        var table = new Table { Border = TableBorder.Simple };
        for (var i = 0; i < titles.Length; i++)
        {
            var column = new TableColumn(Markup.Escape(titles[i]));
            table.AddColumn(i == 0 || titles[i] is "length in" or "histogram" or "encoding" or "stand in" or "commonest unknown characters" ? column : column.RightAligned());
        }

        return table;
    }

    private static string[] Cells(params object[] values) =>
        [.. values.Select(value => Markup.Escape(value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value.ToString()!))];
}
