using System.Globalization;
using Inkstone.Explaining;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>An explanation as a person reads it: the text in colors where the terminal has some, and its strongest units.</summary>
internal static class ExplanationView
{
    private const int InTable = 8;
    private const int InLine = 5;
    private const int BarWidth = 12;
    private const double Faintest = 0.08;   // of the strongest: less is left without color

    private static readonly Color For = new(46, 120, 190);
    private static readonly Color Against = new(205, 98, 36);
    private static readonly Color Looks = new(128, 88, 190);

    /// <summary>Prints the prediction, then for each method the text and what stands out in it.</summary>
    public static void Show(IAnsiConsole console, Explanation explanation, UnitKind by)
    {
        var best = explanation.Probabilities[explanation.PredictedId];
        var lines = console.Profile.Out.Writer;   // as they are, never folded
        lines.WriteLine($"Text: {PlainText.OneLine(explanation.Text)}{(explanation.TextPair is { } pair ? $" | {PlainText.OneLine(pair)}" : "")}");
        lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Pred: {PlainText.OneLine(explanation.Predicted)} (conf={best:0.00})"));
        foreach (var attribution in explanation.Attributions)
        {
            Show(console, explanation, attribution, by);
        }

        if (explanation.Attributions.Any(attribution => attribution is { Change: < 0, Contrast: null, Baseline: ExplanationBaseline.Pad }))
        {
            lines.WriteLine($"The baseline of [PAD] speaks for {PlainText.OneLine(explanation.Label)} more than this text does, so much speaks against; --baseline mask starts elsewhere.");
        }

        foreach (var sentence in Warnings(explanation))
        {
            lines.WriteLine(sentence);
        }

        lines.WriteLine();
    }

    private static void Show(IAnsiConsole console, Explanation explanation, Attribution attribution, UnitKind by)
    {
        var units = ScoredText.Of(explanation.Document, attribution).Select(text => text.By(by)).ToArray();
        var most = units.SelectMany(text => text).Select(unit => Math.Abs(unit.Score ?? 0)).DefaultIfEmpty().Max();
        console.Profile.Out.Writer.WriteLine(Headline(explanation, attribution));
        var hasColors = console.Profile.Capabilities.ColorSystem != ColorSystem.NoColors;
        if (hasColors)
        {
            foreach (var text in units)
            {
                console.Write(new Padder(Colored(text, most, attribution), new Padding(2, 0, 0, 0)));
            }
        }

        var strongest = units.SelectMany(text => text).Where(unit => unit.Score is not null && !string.IsNullOrWhiteSpace(unit.Text))
            .OrderByDescending(unit => Math.Abs(unit.Score!.Value)).ToArray();
        if (hasColors)
        {
            console.Profile.Out.Writer.WriteLine("  strongest: " + string.Join("  ", strongest.Take(InLine).Select(unit => $"{PlainText.OneLine(unit.Text)} {Number(unit.Score!.Value, attribution.Method)}")));
        }
        else
        {
            console.Write(Table(strongest.Take(InTable), most, by, attribution.Method));
        }
    }

    private static string Headline(Explanation explanation, Attribution attribution)
    {
        var name = PlainText.OneLine(explanation.Label);
        var question = explanation.RatherThanLabelId is { } other && attribution.Contrast is not null
            ? $"why {PlainText.OneLine(explanation.LabelNames[other])}{(explanation.LabelId == explanation.PredictedId && IsNextBest(explanation, other) ? ", the next best," : "")} (+) rather than {name} (-)"
            : $"for (+) and against (-) {name}";
        return attribution.Method switch
        {
            ExplanationMethod.Attention => $"attention, {attribution.View}: where the model looks. Exploratory: it belongs to no class.",
            ExplanationMethod.IntegratedGradients => string.Create(CultureInfo.InvariantCulture,
                $"integrated_gradients: {question}, from {(attribution.Baseline == ExplanationBaseline.Mask ? "[MASK]" : "[PAD]")}; convergence delta {attribution.Shown.ConvergenceDelta:0.0e+00} of {Signed(attribution.Shown.Change!.Value)}{(attribution.IsRough ? ", which is much: raise --steps" : "")}"),
            _ => $"{ExplanationMethods.NameOf(attribution.Method)}: {question}",
        };
    }

    private static bool IsNextBest(Explanation explanation, int label) =>
        explanation.Logits.Select((logit, id) => (logit, id)).Where(of => of.id != explanation.PredictedId).MaxBy(of => of.logit).id == label;

    private static Paragraph Colored(IReadOnlyList<TextUnit> units, double most, Attribution attribution)
    {
        var paragraph = new Paragraph();
        foreach (var unit in units)
        {
            paragraph.Append(PlainText.OneLine(unit.Text), StyleOf(unit, most, attribution));
        }

        return paragraph;
    }

    private static Style StyleOf(TextUnit unit, double most, Attribution attribution)
    {
        if (unit.Score is not { } score)
        {
            return new Style(decoration: string.IsNullOrWhiteSpace(unit.Text) ? Decoration.None : Decoration.Dim | Decoration.Strikethrough);
        }

        var share = most > 0 ? Math.Abs(score) / most : 0;
        if (share < Faintest)
        {
            return Style.Plain;
        }

        var tone = attribution.Method == ExplanationMethod.Attention ? Looks : score >= 0 ? For : Against;
        var isLight = Environment.GetEnvironmentVariable("COLORFGBG") is { } colors && (colors.EndsWith(";15", StringComparison.Ordinal) || colors.EndsWith(";7", StringComparison.Ordinal));
        var ground = isLight ? Color.White : Color.Black;
        var ink = isLight && share < 0.6 ? Color.Black : Color.White;
        return new Style(ink, ground.Blend(tone, (float)(0.25 + (0.75 * share))));
    }

    private static Table Table(IEnumerable<TextUnit> units, double most, UnitKind by, ExplanationMethod method)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(by.ToString().ToLowerInvariant());
        table.AddColumn(new TableColumn("score").RightAligned());
        table.AddColumn("");
        table.AddColumn(new TableColumn("characters").RightAligned());
        foreach (var unit in units)
        {
            var score = unit.Score!.Value;
            var bar = new string(method == ExplanationMethod.Attention ? '*' : score >= 0 ? '+' : '-', most > 0 ? (int)Math.Ceiling(BarWidth * Math.Abs(score) / most) : 0);
            table.AddRow(Markup.Escape(PlainText.OneLine(unit.Text)), Number(score, method), bar, FormattableString.Invariant($"{unit.Start}-{unit.End}"));
        }

        return table;
    }

    private static IEnumerable<string> Warnings(Explanation explanation)
    {
        var document = explanation.Document;
        if (document.Document.Truncated)
        {
            yield return FormattableString.Invariant($"The model saw only a part: {document.Document.TokenCount} tokens are too many for it, and what was cut off has no score.");
        }

        if (document.TextTokens == 0)
        {
            yield return "No token of this text reaches the model: the prediction comes from an empty input.";
        }
        else if (document.UnknownTokens == document.TextTokens)
        {
            yield return "Every token is unknown to the vocabulary ([UNK]): nothing of its characters reaches the model, and scores say only that something stands there.";
        }
        else if (document.UnknownTokens > 0)
        {
            yield return FormattableString.Invariant($"{document.UnknownTokens} of {document.TextTokens} tokens are unknown to the vocabulary ([UNK]).");
        }
    }

    private static string Number(double score, ExplanationMethod method) =>
        method == ExplanationMethod.Attention ? score.ToString("0.000", CultureInfo.InvariantCulture) : Signed(score);

    private static string Signed(double score) => score.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
