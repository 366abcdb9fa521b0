using FsCheck;
using FsCheck.Fluent;
using Inkstone.Text.Cleaning;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Cleaning;

public class RowVerdictsTests
{
    /// <summary>Rows are sorted in parts where they are many: that must not change what is said of any.</summary>
    [Fact]
    public void Of_AnyRowsInParts_SaysWhatComparingEachWithEachSays()
    {
        var marks =
            from text in Gen.Choose(0, 6)
            from label in Gen.Choose(-1, 2)
            from leaves in Gen.Choose(0, 9)
            select new RowMark(Hash(text), Hash(text / 2), label, leaves == 0 ? RemovalReason.TooShort : null);
        var cases =
            from rows in marks.ArrayOf()
            from flags in Gen.Choose(0, 7)
            from rowsInPart in Gen.Choose(1, 20)
            select (rows, flags, rowsInPart);

        Prop.ForAll(cases.ToArbitrary(), given =>
        {
            var options = new CleaningOptions
            {
                DropDuplicates = (given.flags & 1) != 0,
                DropNormalizedDuplicates = (given.flags & 2) != 0,
                DropConflicting = (given.flags & 4) != 0,
            };
            RowMark[] rows = options.DropNormalizedDuplicates ? given.rows : Array.ConvertAll(given.rows, row => row with { Comparable = row.Text });

            RowVerdicts.Of(options, rows.Length, () => rows, given.rowsInPart).ShouldBe(rows.Select((_, row) => Expected(options, rows, row)));
        }).QuickCheckThrowOnFailure();
    }

    private static UInt128 Hash(int number) => new((ulong)number * 0x9E3779B97F4A7C15, (ulong)number);

    private static RemovalReason? Expected(CleaningOptions options, RowMark[] rows, int place)
    {
        var row = rows[place];
        if (row.Reason is not null)
        {
            return row.Reason;
        }

        RowMark[] same = [.. rows.Where(other => other.Reason is null && other.Comparable == row.Comparable)];
        RowMark[] before = [.. rows.Take(place).Where(other => other.Reason is null && other.Comparable == row.Comparable && other.Label == row.Label)];
        return options.DropConflicting && same.Select(other => other.Label).Where(label => label >= 0).Distinct().Count() > 1 ? RemovalReason.Conflicting
            : options.DropDuplicates && before.Any(other => other.Text == row.Text) ? RemovalReason.Duplicate
            : options.DropNormalizedDuplicates && before.Length > 0 ? RemovalReason.NormalizedDuplicate
            : null;
    }
}
