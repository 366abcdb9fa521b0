namespace Inkstone.Reporting.Findings;

/// <summary>What is asked of the runs of one kind of task; one template for each of the outline's modules.</summary>
/// <param name="Title">The task.</param>
/// <param name="Settings">Questions that runs with different settings answer.</param>
/// <param name="AsksMarks">Whether failure modes by the marks of a text are asked for.</param>
/// <param name="AsksChunks">Whether the contributions of chunks are asked for.</param>
internal sealed record FindingsTemplate(string Title, IReadOnlyList<SettingQuestion> Settings, bool AsksMarks, bool AsksChunks)
{
    private static readonly SettingQuestion Head = new("Best head", "model.pooling", "pooler,cls,mean");
    private static readonly SettingQuestion Side = new("Best truncation side", "tokenizer.truncation_side", "right,left");
    private static readonly SettingQuestion Rate = new("Best learning rate", "optimizer.learning_rate", "1e-5,2e-5,3e-5,5e-5");

    private static readonly FindingsTemplate Sentiment = new("Two classes, short texts", [Head, Side, Rate, new("Best maximum length", "tokenizer.max_length", "128,256")], AsksMarks: true, AsksChunks: false);

    private static readonly FindingsTemplate Emotion = new(
        "Several classes, short texts",
        [
            new("Effect of the head", "model.pooling", "pooler,cls,mean"), new("Effect of the truncation side", "tokenizer.truncation_side", "right,left"), new("Effect of the maximum length", "tokenizer.max_length", "96,128"), Rate,
            new("Effect of the loss", "loss.name", "cross_entropy,focal"), new("Effect of class weights", "loss.class_weights", "none,balanced"), new("Effect of dropout", "model.classifier_dropout", "0.1,0.3"),
        ], AsksMarks: true, AsksChunks: false);

    private static readonly FindingsTemplate News = new(
        "Long texts in chunks",
        [
            new("Best aggregation", "model.aggregation", "mean,max,logsumexp"), new("Best stride", "tokenizer.stride", "32,64,128,192"), new("Best maximum length", "tokenizer.max_length", "256,512"),
            new("Best architecture", "model.architecture", "bert,hierarchical") { Beside = "model.aggregation=mean" }, Rate,
        ], AsksMarks: false, AsksChunks: true);

    /// <summary>The template of a run: long texts in chunks, two classes, or several.</summary>
    public static FindingsTemplate For(RunRecord run) =>
        run.Recipe is { Tokenizer.LongText: Recipes.LongText.Chunk } ? News : run.Labels.Count == 2 ? Sentiment : Emotion;
}
