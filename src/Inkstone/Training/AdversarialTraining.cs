using Inkstone.Models;
using Inkstone.Recipes;
using Inkstone.Torch;
using Inkstone.Torch.Optim;

namespace Inkstone.Training;

/// <summary>
/// Trains on the batch as it is, and once more on word embeddings that were moved to where the loss is higher. Afterwards the word table
/// holds the very bits that it held before.
/// </summary>
/// <remarks>
/// FGM moves by ε · g/‖g‖ once (Miyato et al. 2017, arXiv:1605.07725); PGD takes steps of α · g/‖g‖ and projects back to a distance of ε
/// after each (Madry et al. 2018, arXiv:1706.06083). Norms are those of the whole table, as is usual where the table is what is moved.
/// </remarks>
internal sealed class AdversarialTraining
{
    private readonly Tensor wordTable;
    private readonly double epsilon;
    private readonly double stepLength;
    private readonly int steps;
    private readonly bool projects;

    private AdversarialTraining(Tensor wordTable, TrainingOptions options)
    {
        this.wordTable = wordTable;
        epsilon = options.AdversarialEpsilon;
        (stepLength, steps) = options.Adversarial == Adversarial.Fgm ? (epsilon, 1) : (options.AdversarialAlpha, options.AdversarialSteps);
        projects = options.Adversarial == Adversarial.Pgd;
    }

    /// <summary>Null where the recipe wants none.</summary>
    public static AdversarialTraining? For(IDocumentClassifier model, TrainingOptions options) => options.Adversarial == Adversarial.None
        ? null
        : new(model.NamedParameters().Single(parameter => parameter.Name.EndsWith("word_embeddings.weight", StringComparison.Ordinal)).Value, options);

    /// <summary>Adds the gradients of the plain and of the moved pass to what is there.</summary>
    /// <param name="loss">Makes a pass through the model; called for each anew.</param>
    /// <param name="scaler">Scales the loss of every pass; null: gradients are taken as they are.</param>
    /// <returns>The plain pass's loss, without scale.</returns>
    public double Backward(Func<Tensor> loss, GradScaler? scaler = null)
    {
        // The direction is this batch's alone: what earlier batches of the step have left comes back at the end.
        var earlier = wordTable.Grad;
        wordTable.Grad = null;
        var plain = loss();
        Scaled(plain).Backward();
        if (wordTable.Grad is { } gradient)
        {
            Attack(gradient, () => Scaled(loss()));
        }

        using var noGrad = GradMode.NoGrad();
        wordTable.Grad = (earlier, wordTable.Grad) switch
        {
            (null, var own) => own,
            (var before, null) => before,
            var (before, own) => own + before,
        };
        return plain.ToDouble();

        Tensor Scaled(Tensor share) => scaler?.ScaleLoss(share) ?? share;
    }

    private void Attack(Tensor gradient, Func<Tensor> loss)
    {
        var original = Copy(wordTable);
        try
        {
            for (var step = 1; step <= steps && Move(gradient, original); step++)
            {
                if (step == steps)
                {
                    loss().Backward();
                }
                else
                {
                    gradient = Autograd.Grad([loss()], [wordTable])[0];   // leaves all gradients that count alone
                }
            }
        }
        finally
        {
            using var noGrad = GradMode.NoGrad();
            wordTable.CopyInPlace(original);
        }
    }

    /// <summary>One step uphill; false where there is no direction.</summary>
    private bool Move(Tensor gradient, Tensor original)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var norm = gradient.Norm().ToDouble();
        if (norm is not > 0 || !double.IsFinite(norm))
        {
            return false;
        }

        wordTable.AddInPlace(gradient, stepLength / norm);
        var moved = wordTable - original;
        var distance = moved.Norm().ToDouble();
        if (projects && distance > epsilon)
        {
            wordTable.CopyInPlace(original + (moved * (epsilon / distance)));
        }

        return true;
    }

    private static Tensor Copy(Tensor tensor)
    {
        using var noGrad = GradMode.NoGrad();
        return tensor.Detach().Clone();
    }
}
