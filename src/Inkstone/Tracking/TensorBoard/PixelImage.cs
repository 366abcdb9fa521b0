namespace Inkstone.Tracking.TensorBoard;

/// <summary>A color, 0 to 255 each.</summary>
internal readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    public static Rgb White { get; } = new(255, 255, 255);

    public static Rgb Black { get; } = new(0, 0, 0);

    /// <summary>Between this color at 0 and another at 1.</summary>
    public Rgb Toward(Rgb other, double share) => new(Mix(Red, other.Red, share), Mix(Green, other.Green, share), Mix(Blue, other.Blue, share));

    private static byte Mix(byte from, byte to, double share) => (byte)Math.Round(from + ((to - from) * share));
}

/// <summary>An image to draw on: rectangles, and numbers in digits of 3 by 5 pixels. White at first.</summary>
internal sealed class PixelImage
{
    /// <summary>Width of a digit with the gap after it, at scale 1.</summary>
    public const int DigitAdvance = 4;

    /// <summary>Height of a digit, at scale 1.</summary>
    public const int DigitHeight = 5;

    // Five rows of three pixels for each digit, from the top left.
    private static readonly string[] Digits =
    [
        "###" + "# #" + "# #" + "# #" + "###",
        " # " + "## " + " # " + " # " + "###",
        "###" + "  #" + "###" + "#  " + "###",
        "###" + "  #" + " ##" + "  #" + "###",
        "# #" + "# #" + "###" + "  #" + "  #",
        "###" + "#  " + "###" + "  #" + "###",
        "###" + "#  " + "###" + "# #" + "###",
        "###" + "  #" + " # " + " # " + " # ",
        "###" + "# #" + "###" + "# #" + "###",
        "###" + "# #" + "###" + "  #" + "###",
    ];

    public PixelImage(int width, int height)
    {
        (Width, Height) = (width, height);
        Rgb24 = new byte[3 * width * height];
        Rgb24.AsSpan().Fill(255);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Three bytes a pixel, row by row from the top left.</summary>
    public byte[] Rgb24 { get; }

    public Rgb this[int x, int y]
    {
        get
        {
            var at = 3 * ((y * Width) + x);
            return new(Rgb24[at], Rgb24[at + 1], Rgb24[at + 2]);
        }

        set
        {
            var at = 3 * ((y * Width) + x);
            (Rgb24[at], Rgb24[at + 1], Rgb24[at + 2]) = (value.Red, value.Green, value.Blue);
        }
    }

    /// <summary>Fills a rectangle that lies inside the image.</summary>
    public void Fill(int left, int top, int width, int height, Rgb color)
    {
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                this[x, y] = color;
            }
        }
    }

    /// <summary>Writes digits around a center, each pixel of theirs <paramref name="scale"/> pixels wide.</summary>
    public void Write(string digits, int centerX, int centerY, int scale, Rgb color)
    {
        var left = centerX - (WidthOf(digits, scale) / 2);
        var top = centerY - (DigitHeight * scale / 2);
        for (var place = 0; place < digits.Length; place++)
        {
            var pixels = Digits[digits[place] - '0'];
            for (var pixel = 0; pixel < pixels.Length; pixel++)
            {
                if (pixels[pixel] == '#')
                {
                    Fill(left + (((place * DigitAdvance) + (pixel % 3)) * scale), top + (pixel / 3 * scale), scale, scale, color);
                }
            }
        }
    }

    /// <summary>How wide digits are.</summary>
    public static int WidthOf(string digits, int scale) => ((digits.Length * DigitAdvance) - 1) * scale;
}
