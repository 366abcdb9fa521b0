using Inkstone.Text.Cleaning;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Cleaning;

public class ComparableTextTests
{
    /// <summary>Longer than any text before it, with a character that only ICU folds, and one that grows.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(5000)]
    public void Set_LongTextThatNeedsIcu_FoldsAllOfIt(int length)
    {
        var form = new ComparableText();
        form.Set("短");

        form.Set(new string('℃', length)).ToString().ShouldBe(string.Concat(Enumerable.Repeat("°c", length)));
        form.Set(new string('字', length) + "㈱ ").ToString().ShouldBe(new string('字', length) + "(株)");
    }
}
