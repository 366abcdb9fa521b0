namespace Inkstone.Torch;

/// <summary>Whether something has grown by a third since it settled. What it is at the first look, and at the one after each growth, is what it settled at.</summary>
internal sealed class GrowthWatch
{
    private const double Much = 4.0 / 3;

    private long? settled;

    /// <summary>Takes a look.</summary>
    /// <param name="size">How large it is now.</param>
    /// <returns>Whether it is time to do something about it; the next look then finds out what it settles at.</returns>
    public bool HasGrown(long size)
    {
        if (settled is not { } before)
        {
            settled = size;
            return false;
        }

        if (size <= before * Much)
        {
            return false;
        }

        settled = null;
        return true;
    }
}
