using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Inkstone.Recipes;

/// <summary>A piece of YAML that remembers its line, 1-based. Scalars stay the text that was written: the key decides what they mean.</summary>
internal abstract record YamlNode(int Line)
{
    /// <summary>The node in one line, as a message shows it.</summary>
    public abstract string Show();
}

/// <summary>A single value; <paramref name="IsPlain"/> if it was written without quotes.</summary>
internal sealed record YamlScalar(string Text, bool IsPlain, int Line) : YamlNode(Line)
{
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Show() => IsPlain ? Text.Length == 0 ? "null" : Text : $"\"{Text}\"";
}

/// <summary>A list.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line) : YamlNode(Line)
{
    public override string Show() => $"[{string.Join(", ", Items.Select(item => item.Show()))}]";
}

/// <summary>Keys and values in the order of the text, repetitions included.</summary>
internal sealed record YamlMap(IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries, int Line) : YamlNode(Line)
{
    public override string Show() => $"{{{string.Join(", ", Entries.Select(entry => $"{entry.Key.Show()}: {entry.Value.Show()}"))}}}";
}

/// <summary>The text is no YAML, or uses a part of YAML that recipes do without.</summary>
internal sealed class YamlSyntaxException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}

/// <summary>Reads the part of YAML that recipes use: one document of maps, lists and scalars.</summary>
internal static class YamlTree
{
    private const int DeepestNesting = 16;

    /// <returns>The document's root; null where there is nothing but comments.</returns>
    /// <exception cref="YamlSyntaxException">With the line, 1-based, and a sentence without a full stop.</exception>
    public static YamlNode? Parse(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = Node(parser, 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _)
                ? root
                : throw new YamlSyntaxException(Line(parser.Current!), "a recipe is one YAML document; remove the second one");
        }
        catch (YamlException e)
        {
            throw new YamlSyntaxException(LineOf(e, text), $"this is no YAML: {e.Message.TrimEnd('.')}");
        }
    }

    private static YamlNode Node(Parser parser, int depth)
    {
        var here = parser.Consume<ParsingEvent>();
        if (depth > DeepestNesting)
        {
            throw new YamlSyntaxException(Line(here), "a recipe has no values this deep; check brackets and indentation");
        }

        if (here is NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag.IsEmpty: false } or AnchorAlias)
        {
            throw new YamlSyntaxException(Line(here), "anchors (&), aliases (*) and tags (!) are not read in a recipe; write the value out");
        }

        switch (here)
        {
            case Scalar scalar:
                return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, Line(here));
            case SequenceStart:
                var items = new List<YamlNode>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    items.Add(Node(parser, depth + 1));
                }

                return new YamlList(items, Line(here));
            case MappingStart:
                var entries = new List<(YamlScalar, YamlNode)>();
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var key = Node(parser, depth + 1) as YamlScalar
                        ?? throw new YamlSyntaxException(Line(here), "a key has to be a word");
                    entries.Add((key, Node(parser, depth + 1)));
                }

                return new YamlMap(entries, Line(here));
            default:
                throw new YamlSyntaxException(Line(here), $"a value was expected, but there is a {here.GetType().Name}");
        }
    }

    // The parser places a tab in the first line, and what is not closed after the last.
    private static int LineOf(YamlException e, string text)
    {
        var lines = text.TrimEnd().Split('\n');
        var tab = Array.FindIndex(lines, line => line[..^line.TrimStart().Length].Contains('\t', StringComparison.Ordinal));
        return e.Message.Contains("tab", StringComparison.Ordinal) && tab >= 0 ? tab + 1 : Math.Clamp((int)e.Start.Line, 1, lines.Length);
    }

    private static int Line(ParsingEvent e) => (int)e.Start.Line;
}
