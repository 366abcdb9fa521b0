using System.Globalization;

namespace Inkstone.Explaining;

/// <summary>Which of a model's attention weights make up one map.</summary>
/// <param name="Kind">Mean, rollout, or a single place.</param>
/// <param name="Layer">For a place: the layer, from 1.</param>
/// <param name="Head">The head in it, from 1; null for the mean over the layer's heads.</param>
public readonly record struct AttentionView(AttentionKind Kind, int Layer = 0, int? Head = null)
{
    /// <summary>The mean over all layers and heads.</summary>
    public static AttentionView Mean => new(AttentionKind.Mean);

    /// <summary>Layers multiplied, each averaged over its heads and mixed half and half with what passes by it (Abnar and Zuidema 2020, arXiv:2005.00928).</summary>
    public static AttentionView Rollout => new(AttentionKind.Rollout);

    /// <summary>Reads <c>mean</c>, <c>rollout</c>, a layer's number, or layer and head as <c>3.2</c>.</summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static AttentionView Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text is "mean" or "rollout")
        {
            return text == "mean" ? Mean : Rollout;
        }

        var parts = text.Split('.');
        int head = 0;
        return parts.Length <= 2 && TryNumber(parts[0], out var layer) && (parts.Length == 1 || TryNumber(parts[1], out head))
            ? new(AttentionKind.Place, layer, parts.Length == 1 ? null : head)
            : throw new ArgumentException($"there is no attention '{text}'; expected mean, rollout, a layer (3), or a layer and a head (3.2), both counted from 1.");

        static bool TryNumber(string part, out int number) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1;
    }

    /// <summary>As a call writes it.</summary>
    public override string ToString() => Kind switch
    {
        AttentionKind.Mean => "mean",
        AttentionKind.Rollout => "rollout",
        _ => Head is { } head ? FormattableString.Invariant($"{Layer}.{head}") : Layer.ToString(CultureInfo.InvariantCulture),
    };
}

/// <summary>The kinds of <see cref="AttentionView"/>.</summary>
public enum AttentionKind
{
    /// <summary>All layers and heads, averaged.</summary>
    Mean,

    /// <summary>All layers, multiplied.</summary>
    Rollout,

    /// <summary>A layer, or one of its heads.</summary>
    Place,
}
