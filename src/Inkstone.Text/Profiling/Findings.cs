using System.Globalization;

namespace Inkstone.Text.Profiling;

/// <summary>Turns counts into sentences that end in what to do, worst first.</summary>
internal static class Findings
{
    private const double TooFewCut = 0.01;
    private const int UsualMaxLength = 128;
    private const double MuchUnknown = 0.005;
    private const double MuchImbalance = 5;
    private const double MuchRepeated = 0.01;

    public static IReadOnlyList<Finding> Of(IReadOnlyList<FileProfile> files, IReadOnlyList<Leak> leaks)
    {
        var found = Leaks(files, leaks).Concat(LabelsApart(files)).Concat(files.SelectMany(OfFile));
        return [.. found.OrderBy(finding => finding.Level)]; // stable: inside a level in the order of the stages above
    }

    private static IEnumerable<Finding> Leaks(IReadOnlyList<FileProfile> files, IReadOnlyList<Leak> leaks)
    {
        var splits = files.Select(file => file.Split).ToList();
        foreach (var leak in leaks.Where(leak => leak.Exact + leak.Near > 0 && IsJudgedOn(leak)).OrderByDescending(leak => leak.Share))
        {
            var sentence = string.Create(CultureInfo.InvariantCulture, $"{Percent(leak.Exact, leak.Rows)} of the rows of {leak.To} ({leak.Exact} of {leak.Rows}) stand in {leak.From} too, equal but for case, width and white space");
            sentence += leak.OtherLabel > 0 ? string.Create(CultureInfo.InvariantCulture, $", {leak.OtherLabel} of them with another label") : "";
            if (leak.Exact == 0)
            {
                sentence = string.Create(CultureInfo.InvariantCulture, $"{Percent(leak.Near, leak.Rows)} of the rows of {leak.To} ({(leak.NearIsEstimate ? "about " : "")}{leak.Near} of {leak.Rows}) share over 30 % of their 20-character windows with {leak.From}");
            }

            sentence += leak.Exact > 0 && leak.Near > 0 ? string.Create(CultureInfo.InvariantCulture, $", and {(leak.NearIsEstimate ? "about " : "")}{leak.Near} more share over 30 % of their 20-character windows with it") : "";
            yield return new(
                leak.Share >= 0.005 ? FindingLevel.Serious : FindingLevel.Warning,
                $"{sentence}: a score on them says nothing about new texts. Take them out of {leak.To}, or divide both anew with inkstone data split, which keeps equal texts on one side.");
        }

        // Of the two directions the one that spoils a score: rows of the split that is judged, found in the one that is trained on.
        bool IsJudgedOn(Leak leak) => (IsTrain(leak.From), IsTrain(leak.To)) switch
        {
            (true, false) => true,
            (false, true) => false,
            _ => leak.Rows < RowsOf(leak.From) || (leak.Rows == RowsOf(leak.From) && splits.IndexOf(leak.From) < splits.IndexOf(leak.To)),
        };

        long RowsOf(string split) => files[splits.IndexOf(split)].Rows;
    }

    private static IEnumerable<Finding> LabelsApart(IReadOnlyList<FileProfile> files)
    {
        if (files.FirstOrDefault(file => IsTrain(file.Split) && file.Labels.Count > 0) is not { } train)
        {
            yield break;
        }

        var known = train.Labels.Select(label => label.Label).ToHashSet(StringComparer.Ordinal);
        foreach (var file in files.Where(file => !IsTrain(file.Split)))
        {
            if (file.Labels.Where(label => !known.Contains(label.Label)).Select(label => label.Label).ToArray() is [_, ..] strange)
            {
                yield return new(FindingLevel.Serious,
                    $"{file.Split} has labels that {train.Split} has not ({List(strange)}): no model trained on it can give them. Map them to the labels of {train.Split}, or take their rows out.");
            }
        }
    }

    private static IEnumerable<Finding> OfFile(FileProfile file)
    {
        if (file.SetAside > 0)
        {
            var first = file.SetAsideRecords.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $" (the first: {file.SetAsideRecords[0].File}, line {file.SetAsideRecords[0].Line}: {file.SetAsideRecords[0].Problem})") : "";
            yield return new(FindingLevel.Serious, $"{Number(file.SetAside)} {Plural(file.SetAside, "record", "records")} of {file.Split} could not be read{first} and {Plural(file.SetAside, "takes", "take")} no part in anything else here. Repair the file, or live without them.");
        }

        if (file.HasTooManyLabels)
        {
            yield return new(FindingLevel.Serious, $"The label column of {file.Split} has over {Number(file.Labels.Count - 1)} different values: it is hardly the right column. Name another with --label-column.");
        }
        else if (file.Labels.Count == 1)
        {
            yield return new(FindingLevel.Serious, $"All labelled rows of {file.Split} carry the label {file.Labels[0].Label}: there is nothing to learn or to judge. Check --label-column.");
        }

        if (file.Conflicting > 0)
        {
            yield return new(FindingLevel.Warning, $"{Number(file.Conflicting)} {Plural(file.Conflicting, "text", "texts")} of {file.Split} {Plural(file.Conflicting, "carries", "carry")} more than one label (the first: {Example(file.Conflicts[0])}): no model is right on all of their rows. Correct the labels, or set data.cleaning.drop_conflicting.");
        }

        if (Imbalance(file) is > MuchImbalance and var ratio && !file.HasTooManyLabels)
        {
            var (most, least) = (file.Labels[0], file.Labels[^1]);
            yield return new(FindingLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"{file.Split} is unbalanced, {ratio:0.#} : 1 ({most.Label} {most.Rows}, {least.Label} {least.Rows}): accuracy hides the rare labels. Judge by f1_macro, and try loss.class_weights: balanced."));
        }

        if (file.Empty > 0)
        {
            yield return new(FindingLevel.Warning, $"{Number(file.Empty)} {Plural(file.Empty, "row", "rows")} of {file.Split} {Plural(file.Empty, "has", "have")} no text. data.cleaning.drop_empty (on by default) leaves them out of training.");
        }

        if (file.Duplicates >= Math.Max(1, MuchRepeated * file.Rows))
        {
            yield return new(FindingLevel.Warning, $"{Percent(file.Duplicates, file.Rows)} of the rows of {file.Split} ({Number(file.Duplicates)}) repeat an earlier one: they count twice. data.cleaning.drop_duplicates (on by default) drops those that equal an earlier row in every character and the label; drop_normalized_duplicates also those that differ in case, width or white space; texts with several labels are left to drop_conflicting.");
        }

        if (file.UnknownRate > MuchUnknown)
        {
            var commonest = file.UnknownCharacters.Count > 0 ? $", above all {string.Join(' ', file.UnknownCharacters.Take(8).Select(character => character.Text))}" : "";
            yield return new(FindingLevel.Warning, $"{Percent(file.UnknownTokens, file.TextTokens)} of the tokens of {file.Split} are unknown to the vocabulary{commonest}: the model sees [UNK] there. Normalize the text (data.cleaning.normalize), or choose a model whose vocabulary knows them.");
        }

        if (file.Unlabelled > 0 && file.Labels.Count > 0)
        {
            yield return new(FindingLevel.Note, $"{Number(file.Unlabelled)} {Plural(file.Unlabelled, "row", "rows")} of {file.Split} {Plural(file.Unlabelled, "has", "have")} no label; training sets such rows aside.");
        }

        if (Cut(file) is { } cut)
        {
            yield return cut;
        }
    }

    private static Finding? Cut(FileProfile file)
    {
        var usual = file.Truncation.First(loss => loss.MaxLength == UsualMaxLength);
        if (usual.Rows <= TooFewCut * file.Rows)
        {
            return null;
        }

        var enough = file.Truncation.FirstOrDefault(loss => loss.MaxLength > UsualMaxLength && loss.Rows <= TooFewCut * file.Rows) ?? file.Truncation[^1];
        var stillCut = enough.Rows == 0 ? $"max_length {Number(enough.MaxLength)} cuts none"
            : enough.Rows <= TooFewCut * file.Rows ? $"max_length {Number(enough.MaxLength)} is enough for all but {Percent(enough.Rows, file.Rows)}"
            : $"even {Number(enough.MaxLength)} cuts {Percent(enough.Rows, file.Rows)}; tokenizer.long_text: chunk loses nothing";
        return new(FindingLevel.Note, $"{Percent(usual.Rows, file.Rows)} of the rows of {file.Split} would be cut at max_length {Number(usual.MaxLength)}, with {Percent(usual.Tokens, file.Tokens.Sum)} of all tokens; {stillCut}.");
    }

    private static double? Imbalance(FileProfile file) => file.Labels.Count < 2 ? null : (double)file.Labels[0].Rows / file.Labels[^1].Rows;

    private static bool IsTrain(string split) => split.Contains("train", StringComparison.OrdinalIgnoreCase);

    private static string Example(ConflictingText text) => string.Join(", ", text.Places);

    private static string List(string[] labels) => string.Join(", ", labels.Take(5)) + (labels.Length > 5 ? ", …" : "");

    private static string Plural(long count, string one, string many) => count == 1 ? one : many;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Percent(long part, long whole) => Shares.Percent(part, whole);
}
