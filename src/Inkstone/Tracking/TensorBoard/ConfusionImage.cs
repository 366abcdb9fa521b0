using System.Globalization;

namespace Inkstone.Tracking.TensorBoard;

/// <summary>
/// Draws a confusion matrix as a heat map: a row a true class, a column a predicted one, darker for a larger share of the row's
/// class, with the count where it fits. Classes stand as their ids, as any script's glyphs would need a font.
/// </summary>
internal static class ConfusionImage
{
    private const int LargestSide = 960;

    private static readonly Rgb Full = new(8, 48, 107);
    private static readonly Rgb Line = new(200, 200, 200);

    /// <param name="counts">Rows of class <c>i</c> predicted as <c>j</c> at <c>[i, j]</c>; square.</param>
    public static PixelImage Draw(int[,] counts)
    {
        var classes = counts.GetLength(0);
        var cell = CellOf(classes);
        var scale = cell >= 24 ? 2 : 1;
        var margin = PixelImage.WidthOf(Text(classes - 1), scale) + (4 * scale);
        var side = margin + (classes * cell) + 1;
        var image = new PixelImage(side, side);
        image.Fill(margin, margin, side - margin, side - margin, Line);
        for (var actual = 0; actual < classes; actual++)
        {
            var rows = Enumerable.Range(0, classes).Sum(predicted => counts[actual, predicted]);
            for (var predicted = 0; predicted < classes; predicted++)
            {
                DrawCell(image, margin + (predicted * cell), margin + (actual * cell), cell, counts[actual, predicted], rows);
            }
        }

        NumberAxes(image, classes, cell, margin, scale);
        return image;
    }

    /// <summary>Pixels from one class to the next.</summary>
    internal static int CellOf(int classes) => Math.Clamp(LargestSide / classes, 1, 48);

    private static void DrawCell(PixelImage image, int left, int top, int cell, int count, int rows)
    {
        var share = rows == 0 ? 0 : (double)count / rows;
        var gap = cell >= 4 ? 1 : 0;
        image.Fill(left + gap, top + gap, cell - gap, cell - gap, Rgb.White.Toward(Full, share));
        var scale = cell >= 40 ? 2 : 1;
        while (scale > 0 && PixelImage.WidthOf(Text(count), scale) > cell - 4)
        {
            scale--;
        }

        if (scale > 0 && cell >= 10)
        {
            image.Write(Text(count), left + (cell / 2) + 1, top + (cell / 2) + 1, scale, share > 0.5 ? Rgb.White : Rgb.Black);
        }
    }

    // Where a class is narrower than its number, only as many are numbered as have room; a number begins at its class.
    private static void NumberAxes(PixelImage image, int classes, int cell, int margin, int scale)
    {
        var width = PixelImage.WidthOf(Text(classes - 1), scale);
        var every = (width + (2 * scale) + cell - 1) / cell;
        for (var id = 0; id < classes; id += every)
        {
            var along = margin + (id * cell) + ((every == 1 ? cell : width) / 2);
            if (along + width <= image.Width)
            {
                image.Write(Text(id), along, margin / 2, scale, Rgb.Black);
                image.Write(Text(id), margin / 2, along, scale, Rgb.Black);
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
