using Inkstone.Hub;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Hub;

public sealed class HubSettingsTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("", "/home/me/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=/h", "/h/hub")]
    [InlineData("HF_HOME=~/h", "/home/me/h/hub")]
    [InlineData("HF_HOME=$BASE/h BASE=/b", "/b/h/hub")]
    [InlineData("HF_HOME=/h HUGGINGFACE_HUB_CACHE=/old", "/old")]
    [InlineData("HF_HOME=/h HUGGINGFACE_HUB_CACHE=/old HF_HUB_CACHE=/c", "/c")]
    public void CacheFolder_IsWherePythonLooks(string environment, string folder) => Of(environment).CacheFolder.ShouldBe(folder);

    [Theory]
    [InlineData("", false)]
    [InlineData("HF_HUB_OFFLINE=0", false)]
    [InlineData("HF_HUB_OFFLINE=1", true)]
    [InlineData("HF_HUB_OFFLINE=true", true)]
    [InlineData("TRANSFORMERS_OFFLINE=YES", true)]
    public void IsOffline_TakesPythonsWordsForTrue(string environment, bool isOffline) => Of(environment).IsOffline.ShouldBe(isOffline);

    [Fact]
    public void Token_ComesFromTheEnvironmentOrElseAFile()
    {
        scratch.Write("token", "hf_file\n");
        var elsewhere = scratch.Write("other", "hf_other");

        Of($"HF_HOME={scratch.Path}").Token.ShouldBe("hf_file");
        Of($"HF_HOME={scratch.Path} HF_TOKEN_PATH={elsewhere}").Token.ShouldBe("hf_other");
        Of($"HF_HOME={scratch.Path} HF_TOKEN=hf_told").Token.ShouldBe("hf_told");
        Of($"HF_HOME={scratch.Path} HF_HUB_DISABLE_IMPLICIT_TOKEN=1").Token.ShouldBeNull();
        Of("HF_HOME=/none").Token.ShouldBeNull();
    }

    [Fact]
    public void Endpoint_IsTheHubOrItsMirror()
    {
        Of("").Endpoint.ShouldBe(new Uri("https://huggingface.co"));
        Of("HF_ENDPOINT=https://hf-mirror.com/").Endpoint.ShouldBe(new Uri("https://hf-mirror.com"));
    }

    [Theory]
    [InlineData("HF_ENDPOINT=hf-mirror.com", "HF_ENDPOINT must be the address of the hub")]
    [InlineData("HF_ENDPOINT=ftp://x", "HF_ENDPOINT must be the address of the hub")]
    [InlineData("HF_TOKEN=密码", "HF_TOKEN must be one word")]
    [InlineData("HF_HUB_DOWNLOAD_TIMEOUT=soon", "HF_HUB_DOWNLOAD_TIMEOUT must be a number of seconds")]
    public void Variable_ThatCannotBeUsed_IsNamed(string environment, string sentence) =>
        Should.Throw<HubException>(() => Of(environment)).Message.ShouldStartWith(sentence);

    private static HubSettings Of(string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return HubSettings.FromEnvironment(variables.GetValueOrDefault, "/home/me");
    }
}
