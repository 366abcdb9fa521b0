using Inkstone.Tracking.TensorBoard;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Tracking;

public sealed class ConfusionImageTests
{
    [Fact]
    public void Draw_TwoClasses_ShadesEachCellByItsShareOfTheClass()
    {
        var image = ConfusionImage.Draw(new[,] { { 10, 0 }, { 3, 3 } });

        var cell = ConfusionImage.CellOf(2);
        var margin = image.Width - (2 * cell) - 1;
        Rgb Corner(int actual, int predicted) => image[margin + (predicted * cell) + 2, margin + (actual * cell) + 2];
        Corner(0, 0).ShouldBe(new Rgb(8, 48, 107));
        Corner(0, 1).ShouldBe(Rgb.White);
        Corner(1, 0).ShouldBe(Corner(1, 1));
        Corner(1, 0).ShouldBe(Rgb.White.Toward(new Rgb(8, 48, 107), 0.5));
    }

    [Fact]
    public void Draw_Counts_StandInTheCellsAndIdsOnTheAxes()
    {
        var image = ConfusionImage.Draw(new[,] { { 1, 0 }, { 0, 7 } });

        var cell = ConfusionImage.CellOf(2);
        var margin = image.Width - (2 * cell) - 1;
        Has(image, Rgb.White, margin, margin, cell, cell).ShouldBeTrue("a light 1 on dark");
        Has(image, Rgb.Black, margin + cell, margin, cell, cell).ShouldBeTrue("a dark 0 on light");
        Has(image, Rgb.Black, 0, margin + cell, margin, cell).ShouldBeTrue("an id beside the row");
        Has(image, Rgb.Black, margin + cell, 0, cell, margin).ShouldBeTrue("an id above the column");
        Has(image, Rgb.Black, 0, 0, margin, margin).ShouldBeFalse("nothing in the corner");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(11)]
    [InlineData(120)]
    [InlineData(961)]
    public void Draw_AnyNumberOfClasses_FitsAndDecodes(int classes)
    {
        var counts = new int[classes, classes];
        counts[0, classes - 1] = int.MaxValue;

        var image = ConfusionImage.Draw(counts);

        var (width, height, rgb) = PngReader.Read(Png.Encode(image));
        (width, height).ShouldBe((image.Width, image.Height));
        rgb.ShouldBe(image.Rgb24);
    }

    [Fact]
    public void Write_Digits_AreThoseOfTheFont()
    {
        var image = new PixelImage(9, 7);

        image.Write("17", 4, 3, 1, Rgb.Black);

        string.Join('\n', Enumerable.Range(0, 7).Select(y => string.Concat(Enumerable.Range(0, 9).Select(x => image[x, y] == Rgb.Black ? '#' : '.')))).ShouldBe(
            """
            .........
            ..#..###.
            .##....#.
            ..#...#..
            ..#...#..
            .###..#..
            .........
            """);
    }

    private static bool Has(PixelImage image, Rgb color, int left, int top, int width, int height) =>
        Enumerable.Range(0, width * height).Any(at => image[left + (at % width), top + (at / width)] == color);
}
