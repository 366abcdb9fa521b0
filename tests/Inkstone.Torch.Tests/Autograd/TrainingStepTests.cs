using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Autograd;

public sealed class TrainingStepTests
{
    private const int Hidden = 256;

    [Fact]
    public void TwoHundredSteps_OfASmallNetwork_LeaveNothingBehind()
    {
        var before = Tensor.LiveCount;
        using var generator = new Generator(0);
        using (var scope = TensorScope.New())
        {
            var weights = Enumerable.Range(0, 3).Select(_ => Leaf(generator)).ToArray();
            var input = Tensor.Empty([128, Hidden]).NormalInPlace(0, 1, generator);
            var target = Tensor.From<long>([.. Enumerable.Range(0, 128).Select(row => (long)(row % 7))], 128);
            List<double> losses = [];
            long live = 0, residentAfterFifty = 0;
            for (var step = 1; step <= 200; step++)
            {
                losses.Add(Step(weights, input, target));
                if (step == 2)
                {
                    live = Tensor.LiveCount;
                }
                else if (step > 2)
                {
                    Tensor.LiveCount.ShouldBe(live);
                }

                if (step == 50)
                {
                    residentAfterFifty = Resident();
                }
            }

            losses[^1].ShouldBeLessThan(losses[0] / 2);

            // One step makes some 3 MiB of tensors, so 150 that leaked would be 450 MiB, and one leaked activation
            // (128 KiB) a step 19 MiB. 12 MiB is room for what the runtime itself takes meanwhile.
            (Resident() - residentAfterFifty).ShouldBeLessThan(12L << 20);
        }

        Tensor.LiveCount.ShouldBe(before);
    }

    private static double Step(Tensor[] weights, Tensor input, Tensor target)
    {
        using var scope = TensorScope.New();
        var hidden = input;
        foreach (var weight in weights)
        {
            hidden = (hidden.Linear(weight).Gelu() + hidden).LayerNorm([Hidden], null, null);
        }

        var loss = hidden.CrossEntropy(target);
        loss.Backward();
        using (GradMode.NoGrad())
        {
            foreach (var weight in weights)
            {
                weight.AddInPlace(weight.Grad!, -0.5);
                weight.Grad = null;
            }
        }

        return loss.ToDouble();
    }

    private static Tensor Leaf(Generator generator)
    {
        var leaf = Tensor.Empty([Hidden, Hidden]).NormalInPlace(0, 0.05, generator);
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static long Resident() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
