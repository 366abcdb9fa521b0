using Inkstone.Text.Corpora;

namespace Inkstone.Text.Splitting;

/// <summary>How training rows are parted.</summary>
public sealed record SplitOptions
{
    /// <summary>The share of rows that goes to validation, at least 0 and less than 1. Default 0.1.</summary>
    public double ValidationSplit { get; init; } = 0.1;

    /// <summary>The share of rows that goes to a test set, at least 0; with the other share less than 1. Default 0.</summary>
    public double TestSplit { get; init; }

    /// <summary>Whether every class is parted by itself, so that both sides have its share. Default true.</summary>
    public bool Stratify { get; init; } = true;

    /// <summary>Another seed gives another split. Default 42.</summary>
    public ulong Seed { get; init; } = 42;
}

/// <summary>Where a row goes.</summary>
public enum SplitSide
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To choose the best epoch by.</summary>
    Validation,

    /// <summary>To judge by at the end.</summary>
    Test,
}

/// <summary>The two sides of a split, each in input order.</summary>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Validation">Rows to choose the best epoch by.</param>
public sealed record TrainValidation(IReadOnlyList<Row> Train, IReadOnlyList<Row> Validation);

/// <summary>Parts rows into train, validation and test, or into folds.</summary>
/// <remarks>
/// The place of a row depends on the seed and on which texts, labels and groups there are, not on their order. Rows of one text
/// stay together, also where their labels differ, and so do rows of one group and all that these tie together: a block. Blocks are
/// taken in the order of their seeded hash (<see cref="StableHash"/>), each where that brings validation nearer to the share of
/// every class in the block; classes share the rows by largest remainder. A class of two or more blocks has at least one on each
/// side where no other class is in the way; a class of one block trains. Without stratifying, all rows are one class.
/// </remarks>
public static class Splitter
{
    /// <summary>Splits rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is negative, not a number, or 1 or more.</exception>
    public static TrainValidation Split(IReadOnlyList<Row> rows, SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(rows);
        bool[] isValidation = Split([.. rows.Select(SplitKey.Of)], options);
        return new TrainValidation([.. rows.Where((_, i) => !isValidation[i])], [.. rows.Where((_, i) => isValidation[i])]);
    }

    /// <summary>Splits rows that are known by their keys alone.</summary>
    /// <returns>For each row, whether it goes to validation.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is negative, not a number, or 1 or more.</exception>
    public static bool[] Split(IReadOnlyList<SplitKey> rows, SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Check(options);
        return options.ValidationSplit == 0 ? new bool[rows.Count] : new HoldOut(rows, options.ValidationSplit, options).Choose();
    }

    /// <summary>Splits rows three ways: first the rows that do not train are chosen, then, of these, those for validation, so that both get what there is.</summary>
    /// <returns>For each row, where it goes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is negative or not a number, or both together are 1 or more.</exception>
    public static SplitSide[] Sides(IReadOnlyList<SplitKey> rows, SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Check(options);
        if (!(options.TestSplit >= 0 && options.TestSplit + options.ValidationSplit < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), FormattableString.Invariant(
                $"the test share must be at least 0 and, with the validation share ({options.ValidationSplit}), less than 1, but is {options.TestSplit}; 0.1 is usual."));
        }

        var sides = new SplitSide[rows.Count];
        double share = options.TestSplit + options.ValidationSplit;
        if (share == 0)
        {
            return sides;
        }

        bool needsBoth = options.TestSplit > 0 && options.ValidationSplit > 0;
        bool[] isHeldOut = new HoldOut(rows, share, options, needsBoth ? 2 : 1).Choose();
        int[] heldOut = [.. Enumerable.Range(0, rows.Count).Where(row => isHeldOut[row])];
        bool[]? isValidation = needsBoth ? new HoldOut([.. heldOut.Select(row => rows[row])], options.ValidationSplit / share, options).Choose() : null;
        for (int i = 0; i < heldOut.Length; i++)
        {
            sides[heldOut[i]] = (isValidation is null ? options.ValidationSplit > 0 : isValidation[i]) ? SplitSide.Validation : SplitSide.Test;
        }

        return sides;
    }

    /// <summary>Parts rows into folds of nearly equal size and, where stratified, nearly equal classes; each row is validation in one.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="folds">How many, at least 2.</param>
    /// <param name="options">Seed and stratifying; its shares do not count here.</param>
    /// <returns>For each row, its fold from 0.</returns>
    /// <exception cref="FoldCountException">There are more folds than blocks, or fewer than 2.</exception>
    public static int[] Folds(IReadOnlyList<SplitKey> rows, int folds, SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        return FoldPlan.Of(rows, folds, options);
    }

    private static void Check(SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ValidationSplit is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), FormattableString.Invariant(
                $"data.validation_split must be at least 0 and less than 1, but is {options.ValidationSplit}; 0.1 is usual, and 0 splits nothing."));
        }
    }
}
