using System.Text;
using Inkstone.Checkpoints;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Xunit;

namespace Inkstone.Tests.Preparing;

/// <summary>A file of reviews with every kind of row that training meets, and what reading it needs.</summary>
internal static class SomeReviews
{
    private static readonly string[] Parts = ["房间很干净", "服务态度差", "早餐一般", "位置方便", "hello 世界", "价格 199 元", "再也不来了", "推荐给朋友"];

    public static PretrainedFolder Model { get; } = PretrainedFolder.Open(Repo.Golden("models", "bert"));

    public static TextEncoder Encoder { get; } = new(Model.Tokenizer, new() { MaxLength = 16 });

    /// <summary>Unique texts, of two classes in turn, one of them too long; then a repeated row, a conflicting one, an empty one, and one without label.</summary>
    public static string Csv(int rows = 40)
    {
        var text = new StringBuilder("text,label\n");
        for (var row = 0; row < rows; row++)
        {
            text.Append(Text(row)).Append(row % 2 == 0 ? ",good\n" : ",bad\n");
        }

        return text.Append(Text(0)).Append(",good\n").Append(Text(1)).Append(",good\n  ,good\n").Append("没有标签,\n").ToString();
    }

    public static string Text(int row) => FormattableString.Invariant($"{Parts[row % 8]}{Parts[row / 8 % 8]}第{row}条{(row == 3 ? Parts[0] + Parts[1] + Parts[2] + Parts[3] : "")}");

    public static Recipe RecipeOf(string trainFile, params string[] overrides) => TestRecipe.Of(
        [$"data.train_file={trainFile}", $"model.name_or_path={Repo.Golden("models", "bert")}", "tokenizer.max_length=16", "training.eval_strategy=no", .. overrides]);

    public static TrainingCorpus Read(Recipe recipe, string? cache, Action<string>? notice = null, Fold? fold = null) =>
        TrainingCorpus.Read(recipe, Model, cache, notice ?? (_ => { }), TimeProvider.System, TestContext.Current.CancellationToken, fold);
}
