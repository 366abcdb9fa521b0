using Inkstone.Checkpoints;
using Inkstone.Explaining;
using Inkstone.Text.Tokenizing;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Explaining;

public sealed class TextUnitTests
{
    [Theory]
    [InlineData("")]
    [InlineData("这家酒店的服务态度 ok 吗？")]
    [InlineData("👨‍👩‍👧 e\u0301\r\n\ud800尾")]
    public void Of_AnyText_CoversItWithoutGap(string text)
    {
        foreach (var kind in Enum.GetValues<UnitKind>())
        {
            var spans = TextUnits.Of(text, kind, []);

            var at = 0;
            foreach (var span in spans)
            {
                span.Start.ShouldBe(at);
                span.Length.ShouldBeGreaterThan(0);
                at = span.End;
            }

            at.ShouldBe(TextUnits.CodePoints(text), kind.ToString());
        }
    }

    [Fact]
    public void Of_Characters_KeepsWhatAReaderSeesAsOne() =>
        TextUnits.Of("👨‍👩‍👧e\u0301好", UnitKind.Character, []).Select(span => span.Length).ShouldBe([5, 2, 1]);

    [Fact]
    public void Of_TokensWithGapsAndRepeats_FillsThem() =>
        TextUnits.Of("ab cd e", UnitKind.Token, [new(3, 5), new(0, 2), new(3, 5), new(0, 0)]).ShouldBe([new CharSpan(0, 2), new(2, 3), new(3, 5), new(5, 7)]);

    [Fact]
    public void By_WordPieces_MeetInTheirWord()
    {
        using var classifier = Load();
        var explanation = new Explainer(classifier).Of("covid19 很好", [ExplanationMethod.GradXInput]);
        var chunk = explanation.Document.Document.Chunks[0];
        chunk.InputIds.Length.ShouldBeGreaterThan(5);
        var scores = explanation.Attributions[0].Scores[0];

        var text = ScoredText.Of(explanation.Document, explanation.Attributions[0]).Single();
        var words = text.By(UnitKind.Word);

        words.Select(word => word.Text).Take(2).ShouldBe(["covid19", " "]);
        words[0].Score!.Value.ShouldBe(chunk.Offsets!.Select((span, token) => span.Length > 0 && span.End <= 7 ? (double)scores[token] : 0).Sum(), 1e-6);
        words[1].Score.ShouldBeNull();
        foreach (var kind in Enum.GetValues<UnitKind>())
        {
            text.By(kind).Sum(unit => unit.Score ?? 0).ShouldBe(scores.Sum(score => (double)score) - scores[0] - scores[^1], 1e-6, kind.ToString());
        }
    }

    [Fact]
    public void By_CharacterOfTwoChunks_AddsUpWhatItHasInEach()
    {
        using var classifier = Load("tokenizer.long_text=chunk", "tokenizer.max_length=8", "tokenizer.stride=2");
        var explanation = new Explainer(classifier).Of("这个电影太好看了，房间", [ExplanationMethod.IntegratedGradients, ExplanationMethod.Attention]);
        var chunks = explanation.Document.Document.Chunks;
        (chunks[0].Start, chunks[0].End, chunks[1].Start).ShouldBe((0, 6, 4));
        var scores = explanation.Attributions[0].Scores;

        var characters = ScoredText.Of(explanation.Document, explanation.Attributions[0]).Single().By(UnitKind.Character);

        characters[3].Score!.Value.ShouldBe(scores[0][4], 1e-6);
        characters[4].Score!.Value.ShouldBe(scores[0][5] + scores[1][1], 1e-6);
        var attention = ScoredText.Of(explanation.Document, explanation.Attributions[1]).Single().By(UnitKind.Character);
        attention[4].Score!.Value.ShouldBe((explanation.Attributions[1].Scores[0][5] + explanation.Attributions[1].Scores[1][1]) / chunks.Count, 1e-6);
    }

    [Fact]
    public void By_TruncatedText_HasNoScoreWhereNobodyLooked()
    {
        using var classifier = Load("tokenizer.max_length=6");
        var explanation = new Explainer(classifier).Of("这个电影太好看了", [ExplanationMethod.GradXInput]);

        var characters = ScoredText.Of(explanation.Document, explanation.Attributions[0]).Single().By(UnitKind.Character);

        explanation.Document.Document.Truncated.ShouldBeTrue();
        characters.Select(character => character.Score is not null).ShouldBe([true, true, true, true, false, false, false, false]);
    }

    private static Classifier Load(params string[] overrides) =>
        Classifier.Load(Repo.Golden("models", "bert"), Device.Cpu, overrides.Length == 0 ? null : settings => settings.With(overrides));
}
