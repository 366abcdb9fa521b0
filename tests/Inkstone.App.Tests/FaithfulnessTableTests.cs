using Inkstone.Cli;
using Inkstone.Explaining;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

public sealed class FaithfulnessTableTests
{
    [Fact]
    public void Verdict_DifferencesThatAgree_NamesTheBest() =>
        FaithfulnessTable.Verdict([Curve("weak", 0.1, 0.2, 0.1, 0.2), Curve("strong", 0.5, 0.6, 0.6, 0.5)])
            .ShouldBe("Most faithful on 4 texts: strong, beyond chance before weak (paired over the texts, 95 %).");

    [Fact]
    public void Verdict_DifferencesThatDoNot_SaysThatTheSampleCannotTell() =>
        FaithfulnessTable.Verdict([Curve("one", 0.9, 0.1, 0.8, 0.3), Curve("other", 0.2, 0.8, 0.1, 0.9)])
            .ShouldBe("Best on 4 texts: one; the sample cannot tell it from other.");

    /// <summary>The difference is eight standard errors, and two texts still prove nothing: Student's t asks for 12.7.</summary>
    [Fact]
    public void Verdict_TwoTexts_ProveLittle() =>
        FaithfulnessTable.Verdict([Curve("one", 0.9, 0.7), Curve("other", 0.1, 0.1)]).ShouldBe("Best on 2 texts: one; the sample cannot tell it from other.");

    [Fact]
    public void Verdict_OneText_HasNoStandardError() =>
        FaithfulnessTable.Verdict([Curve("one", 0.9), Curve("other", 0.2)]).ShouldBe("Best on 1 text: one; the sample cannot tell it from other.");

    /// <summary>Gaps as they are told: insertion less a deletion of 0.</summary>
    private static FaithfulnessCurve Curve(string name, params double[] gaps) => new(name, [], [], Array.ConvertAll(gaps, _ => 0.0), gaps, 0);
}
