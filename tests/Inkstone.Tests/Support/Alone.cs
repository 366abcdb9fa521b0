using Xunit;

namespace Inkstone.Tests.Support;

/// <summary>Tests that count what the whole process holds: they run when no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = nameof(Alone);
}
