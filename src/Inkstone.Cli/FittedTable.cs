using Spectre.Console;
using Spectre.Console.Rendering;

namespace Inkstone.Cli;

/// <summary>Shows a table in the richest form that the terminal has room for, and never a number in two lines of its cell.</summary>
internal static class FittedTable
{
    private const int Unbounded = 10_000;

    /// <summary>Writes the first form that fits, or else the last in its own width.</summary>
    /// <param name="console">Where.</param>
    /// <param name="forms">The same table, the richest form first.</param>
    public static void Show(IAnsiConsole console, params Func<Table>[] forms)
    {
        var width = console.Profile.Width;
        for (var form = 0; form < forms.Length; form++)
        {
            var table = forms[form]();
            table.Columns.ToList().ForEach(column => column.NoWrap = true);
            var natural = WidthOf(table, console);
            if (natural <= width || form == forms.Length - 1)
            {
                console.Profile.Width = Math.Max(width, natural);
                console.Write(table);
                console.Profile.Width = width;
                return;
            }
        }
    }

    /// <summary>A table without a frame: wide gaps between its columns, or in a narrow one a single blank.</summary>
    public static Table Create(bool isNarrow, string first, params IEnumerable<string> numbers)
    {
        var table = new Table { Border = isNarrow ? TableBorder.None : TableBorder.Simple };
        table.AddColumn(new TableColumn(Markup.Escape(first)));
        foreach (var title in numbers)
        {
            table.AddColumn(new TableColumn(Markup.Escape(title)).RightAligned());
        }

        if (isNarrow)
        {
            table.Columns.ToList().ForEach(column => column.Padding = new Padding(0, 0, 1, 0));
        }

        return table;
    }

    private static int WidthOf(IRenderable table, IAnsiConsole console) => table.Measure(RenderOptions.Create(console), Unbounded).Max;
}
