using System.Globalization;
using Inkstone.Text.Corpora;

namespace Inkstone.Reporting;

/// <summary>A row of <c>predictions.csv</c>.</summary>
/// <param name="Id">The data's id of it; null where it has none.</param>
/// <param name="Text">The text.</param>
/// <param name="TextPair">The second text; null where rows are single texts.</param>
/// <param name="LabelId">The true class.</param>
/// <param name="PredictedId">The predicted class.</param>
/// <param name="Probabilities">One a class.</param>
/// <param name="IsSeen">Whether its text was trained on; null where that is not known.</param>
public sealed record PredictedRow(string? Id, string Text, string? TextPair, int LabelId, int PredictedId, double[] Probabilities, bool? IsSeen)
{
    private const string ProbabilityPrefix = "probability_";

    /// <summary>Whether the prediction is another class than the label.</summary>
    public bool IsWrong => LabelId != PredictedId;

    /// <summary>The predicted class's probability.</summary>
    public double Confidence => Probabilities[PredictedId];

    /// <summary>Reads the rows in the file's order; null where there is no such file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">The class names in the order of their ids.</param>
    /// <exception cref="InvalidRunException">The file does not fit the labels.</exception>
    public static IReadOnlyList<PredictedRow>? Read(string path, IReadOnlyList<string> labels)
    {
        if (!File.Exists(path) || labels.Count == 0)
        {
            return null;
        }

        var ids = labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        var columns = labels.Index().ToDictionary(label => ProbabilityPrefix + label.Item, label => label.Index, StringComparer.Ordinal);
        var reading = new ReadOptions
        {
            Format = CorpusFormat.Csv, Encoding = "utf-8", TextColumn = "text", Labels = LabelUse.Ignored, WithMetadata = true,
        };
        return [.. CorpusReader.Read(path, reading).Select(Of)];

        PredictedRow Of(Row row)
        {
            var probabilities = new double[labels.Count];
            string? id = null, pair = null, label = null, predicted = null;
            bool? seen = null;
            foreach (var (column, cell) in row.Metadata)
            {
                var value = cell?.ToString() ?? "";
                if (columns.TryGetValue(column, out var of))
                {
                    probabilities[of] = Number(value, row);
                    continue;
                }

                switch (column)
                {
                    case "id":
                        id = value.Length > 0 ? value : null;
                        break;
                    case "text_pair":
                        pair = value;
                        break;
                    case "label":
                        label = value;
                        break;
                    case "predicted":
                        predicted = value;
                        break;
                    case "seen":
                        seen = bool.TryParse(value, out var truth) ? truth : null;
                        break;
                    default:
                        break;   // the data's own columns
                }
            }

            return new(id, row.Text, pair, IdOf(label, row), IdOf(predicted, row), probabilities, seen);
        }

        int IdOf(string? label, Row row) => label is not null && ids.TryGetValue(label, out var id) ? id : throw Misfit(row, $"the label {label} is none of metrics.json's labels");

        double Number(string value, Row row) => double.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : throw Misfit(row, $"{value} is no probability");

        InvalidRunException Misfit(Row row, string problem) =>
            new(path, string.Create(CultureInfo.InvariantCulture, $"line {row.Line}: {problem}. Let inkstone test --model RUN --data FILE --output-dir RUN/evaluation write both anew."));
    }
}
