using Inkstone.Hub;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Hub;

public sealed class HubNameTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("bert-base-chinese", "bert-base-chinese", "main", "models--bert-base-chinese")]
    [InlineData("hfl/chinese-macbert-base", "hfl/chinese-macbert-base", "main", "models--hfl--chinese-macbert-base")]
    [InlineData("org/name@v1.0", "org/name", "v1.0", "models--org--name")]
    [InlineData("org/name@refs/pr/1", "org/name", "refs/pr/1", "models--org--name")]
    [InlineData("a", "a", "main", "models--a")]
    public void TryParse_NameOfTheHub_IsTakenApart(string text, string id, string revision, string folder)
    {
        var name = HubName.TryParse(text).ShouldNotBeNull();

        (name.Id, name.Revision, name.CacheFolder).ShouldBe((id, revision, folder));
        name.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("./runs/x")]
    [InlineData("../x")]
    [InlineData("/abs")]
    [InlineData("~/x")]
    [InlineData("a b")]
    [InlineData("模型")]
    [InlineData("org/")]
    [InlineData("a--b")]
    [InlineData("a..b")]
    [InlineData("org/name@")]
    [InlineData("org/name@../../x")]
    [InlineData("org/name@/x")]
    [InlineData("org/name@a@b")]
    [InlineData("C:\\x")]
    [InlineData("org/name\n")]
    [InlineData("org/name@v1\n")]
    public void TryParse_NoNameOfTheHub_IsNull(string text) => HubName.TryParse(text).ShouldBeNull();

    [Fact]
    public void IsLocalPath_FolderAboveExists_IsATypoAndNoDownload()
    {
        Directory.CreateDirectory(scratch.Combine("runs", "good"));

        HubName.IsLocalPath("runs/god", scratch.Path).ShouldBeTrue();
        HubName.IsLocalPath("runs/good", scratch.Path).ShouldBeTrue();
        HubName.IsLocalPath("org/name", scratch.Path).ShouldBeFalse();
        HubName.IsLocalPath("bert-base-chinese", scratch.Path).ShouldBeFalse();
        HubName.IsLocalPath("./name", scratch.Path).ShouldBeTrue();
    }
}
