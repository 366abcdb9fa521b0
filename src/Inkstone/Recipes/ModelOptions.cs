namespace Inkstone.Recipes;

/// <summary>The <c>model</c> section: which encoder and head.</summary>
public sealed record ModelOptions
{
    /// <summary>A Hugging Face folder, or a name on the hub. Required; empty until given.</summary>
    public string NameOrPath { get; init; } = "";

    /// <summary>Which vector stands for the sequence. Default pooler.</summary>
    public Pooling Pooling { get; init; } = Pooling.Pooler;

    /// <summary>Sets the hidden, the attention and the classifier dropout, 0 to below 1. Null: what the model's config says.</summary>
    public double? Dropout { get; init; }

    /// <summary>Dropout before the classifier alone, 0 to below 1; goes before <see cref="Dropout"/>. Null: that, or the config's.</summary>
    public double? ClassifierDropout { get; init; }

    /// <summary>Masks of the classifier's dropout in a training pass, whose losses are averaged, at least 1. Default 1 (Inoue 2019, arXiv:1905.09788).</summary>
    public int MultiSampleDropout { get; init; } = 1;

    /// <summary>Which kind of encoder. Default auto: what the model's config says it is.</summary>
    [Auto]
    public Architecture? Architecture { get; init; }

    /// <summary>How the logits of a document's chunks become one. Default mean.</summary>
    public Aggregation Aggregation { get; init; } = Aggregation.Mean;

    /// <summary>What reads the chunks' vectors in the hierarchical architecture. Default lstm.</summary>
    public ChunkEncoder ChunkEncoder { get; init; } = ChunkEncoder.Lstm;

    /// <summary>Keeps the embeddings and this many encoder layers, counted from the input, as they were. Default 0: everything is trained.</summary>
    public int FreezeLayers { get; init; }

    /// <summary>
    /// Keeps the whole encoder as it was: each document's chunk vectors are computed once and kept in memory, and only what reads them is
    /// trained. Default false.
    /// </summary>
    public bool FreezeEncoder { get; init; }

    /// <summary>
    /// Grows the position table to this many tokens: what it has is repeated, so that shorter texts keep their vectors. Null: what the model's config says.
    /// </summary>
    /// <remarks>As Beltagy et al. 2020 begin a Longformer, section 5 (arXiv:2004.05150). Attention still costs the square of the length.</remarks>
    public int? MaxPositionEmbeddings { get; init; }

    /// <summary>Refuses to freeze more than there is, before anything is written.</summary>
    /// <param name="layers">Layers of the encoder.</param>
    /// <exception cref="RecipeException"><see cref="FreezeLayers"/> is more than that.</exception>
    internal void ThrowUnlessFor(int layers)
    {
        if (FreezeLayers > layers)
        {
            throw new RecipeException([new(
                null, "model.freeze_layers", FormattableString.Invariant($"model.freeze_layers must be at most {layers}, the layers of this encoder, but is {FreezeLayers}; 0 freezes nothing."))]);
        }
    }

    /// <summary>Refuses a folder of another kind than the recipe says.</summary>
    /// <param name="found">The kind of the folder.</param>
    /// <param name="folder">Where it stands.</param>
    /// <exception cref="RecipeException">The two differ.</exception>
    internal void ThrowUnlessFor(Architecture found, string folder)
    {
        if (Architecture is { } said && found != (said == Recipes.Architecture.Hierarchical ? Recipes.Architecture.Bert : said))
        {
            var wayOut = said == Recipes.Architecture.Longformer && found == Recipes.Architecture.Bert
                ? $"make a Longformer of it with inkstone convert --to longformer {folder} OUTPUT, or use auto"
                : "use auto, or another model";
            throw new RecipeException([new(
                null, "model.architecture", $"model.architecture must be {RecipeText.Name(found.ToString())}, the kind of {folder}, but is {RecipeText.Name(said.ToString())}; {wayOut}.")]);
        }
    }

    internal void Check(Problems problems)
    {
        problems.Require(NameOrPath.Length > 0, "model.name_or_path", "a model folder or a hub name", NameOrPath, "set it in the recipe or with --model");
        problems.Require(Dropout is null or (>= 0 and < 1), "model.dropout", "at least 0 and below 1", Dropout, "use null for the model's own (BERT: 0.1)");
        problems.Require(
            ClassifierDropout is null or (>= 0 and < 1),
            "model.classifier_dropout", "at least 0 and below 1", ClassifierDropout,
            "use null for the model's own");
        problems.Require(MultiSampleDropout >= 1, "model.multi_sample_dropout", "at least 1", MultiSampleDropout, "4 to 8 is usual, 1 draws one mask");
        problems.Require(
            Architecture != Recipes.Architecture.Hierarchical || Aggregation == Aggregation.Mean,
            "model.aggregation", "mean where model.architecture is hierarchical", Aggregation,
            "there model.chunk_encoder joins the chunks: set model.aggregation=mean, or another model.architecture", "model.architecture");
        problems.Require(
            Architecture == Recipes.Architecture.Hierarchical || ChunkEncoder == ChunkEncoder.Lstm,
            "model.chunk_encoder", "left out where model.architecture is not hierarchical", ChunkEncoder,
            "set model.architecture=hierarchical", "model.architecture");
        problems.Require(FreezeLayers >= 0, "model.freeze_layers", "at least 0", FreezeLayers, "0 trains every layer");
        problems.Require(
            MaxPositionEmbeddings is null or >= 1,
            "model.max_position_embeddings", "at least 1", MaxPositionEmbeddings,
            "use null for the model's own (BERT: 512)");
    }
}

/// <summary>Which vector stands for a sequence.</summary>
public enum Pooling
{
    /// <summary>BERT's own: <c>tanh(W · [CLS] + b)</c>.</summary>
    Pooler,

    /// <summary>The last hidden state of [CLS].</summary>
    Cls,

    /// <summary>The mean of the last hidden states; [CLS] and [SEP] count, padding does not.</summary>
    Mean,
}

/// <summary>Which kind of encoder.</summary>
public enum Architecture
{
    /// <summary>BERT, each chunk alone.</summary>
    Bert,

    /// <summary>BERT over chunks, and a second encoder over their vectors.</summary>
    Hierarchical,

    /// <summary>Windowed and global attention (Beltagy et al. 2020, arXiv:2004.05150).</summary>
    Longformer,

    /// <summary>Block-sparse attention (Zaheer et al. 2020, arXiv:2007.14062).</summary>
    Bigbird,
}

/// <summary>How the logits of a document's chunks become one.</summary>
public enum Aggregation
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The greatest of each class.</summary>
    Max,

    /// <summary>The logarithm of the sum of their exponentials, a soft maximum.</summary>
    Logsumexp,
}

/// <summary>What reads the chunks' vectors in the hierarchical architecture.</summary>
public enum ChunkEncoder
{
    /// <summary>A bidirectional LSTM.</summary>
    Lstm,

    /// <summary>Transformer layers.</summary>
    Transformer,

    /// <summary>Attention pooling.</summary>
    Attention,
}
