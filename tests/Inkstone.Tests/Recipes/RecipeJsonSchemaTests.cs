using System.Text.Json.Nodes;
using Inkstone.Recipes;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Recipes;

public sealed class RecipeJsonSchemaTests
{
    private static readonly string Committed = Path.Combine(Repo.Root, "recipes", "recipe.schema.json");

    /// <summary>Run with <c>INKSTONE_UPDATE=1</c> to write the file anew.</summary>
    [Fact]
    public void Write_CommittedFile_IsCurrent()
    {
        if (Environment.GetEnvironmentVariable("INKSTONE_UPDATE") == "1")
        {
            File.WriteAllText(Committed, RecipeJsonSchema.Write());
        }

        RecipeJsonSchema.Write().ShouldBe(File.ReadAllText(Committed), "recipes/recipe.schema.json is not what the records say; run this test with INKSTONE_UPDATE=1 to write it anew");
    }

    [Fact]
    public void Write_Keys_HaveTypeChoicesAndDefault()
    {
        JsonNode Key(string section, string key) => JsonNode.Parse(RecipeJsonSchema.Write())!["properties"]![section]!["properties"]![key]!;

        Key("training", "seed").ToJsonString().ShouldBe("""{"type":"integer","default":42}""");
        Key("training", "max_steps").ToJsonString().ShouldBe("""{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null}""");
        Key("training", "bf16").ToJsonString().ShouldBe("""{"anyOf":[{"type":"boolean"},{"const":"auto"},{"type":"null"}],"default":"auto"}""");
        Key("model", "pooling").ToJsonString().ShouldBe("""{"enum":["pooler","cls","mean"],"default":"pooler"}""");
        Key("loss", "class_weights").ToJsonString().ShouldBe("""{"anyOf":[{"enum":["none","balanced","effective"]},{"type":"array","items":{"type":"number"}}],"default":"none"}""");
        Key("data", "train_file").ToJsonString().ShouldBe("""{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}""");
    }
}
