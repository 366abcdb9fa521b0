using Inkstone.Models.Bert;
using Inkstone.Recipes;
using Inkstone.Torch;

namespace Inkstone.Checkpoints;

/// <summary>Decides how precisely a model multiplies matrices while it trains.</summary>
internal static class Precision
{
    /// <summary>Narrower models spend their time elsewhere: bfloat16 makes them less exact and no faster.</summary>
    private const int NarrowestThatGains = 256;

    /// <summary>What the recipe says; on <c>auto</c>, bfloat16 where the device is faster in it and the model is wide enough to gain.</summary>
    /// <exception cref="RecipeException">float16 on a device that has no fast products of it.</exception>
    public static DType Choose(
        bool? bf16, BertConfig config, Device device, Action<string> notice, bool fp16 = false, string key = "training.bf16=")
    {
        if (fp16)
        {
            ThrowUnlessFloat16(device);
            notice("Matrix products in float16 with a scaled loss, everything else in float32.");
            return DType.Float16;
        }

        var isFaster = device.IsCuda || TorchRuntime.CpuIsFasterInBFloat16;
        if (bf16 ?? (isFaster && config.HiddenSize >= NarrowestThatGains))
        {
            notice(bf16 is null
                ? $"Matrix products in bfloat16, everything else in float32 ({key}false turns it off)."
                : "Matrix products in bfloat16, everything else in float32.");
            return DType.BFloat16;
        }

        if (bf16 is null && !isFaster && TorchRuntime.CpuHasBFloat16 && config.HiddenSize >= NarrowestThatGains)
        {
            notice($"Matrix products in float32: this processor has bfloat16, but multiplies it more slowly ({key}true turns it on, and saves some memory).");
        }

        return DType.Float32;
    }

    /// <summary>Refuses float16 where it cannot be had, before any work.</summary>
    /// <exception cref="RecipeException">The recipe wants it, and there is no GPU.</exception>
    public static void ThrowUnlessPossible(TrainingOptions training)
    {
        if (training.Fp16)
        {
            ThrowUnlessFloat16(ComputeDevice.Default);
        }
    }

    private static void ThrowUnlessFloat16(Device device)
    {
        if (!device.IsCuda)
        {
            throw new RecipeException([new(
                null,
                "training.fp16",
                "training.fp16=true needs a CUDA device, and this run computes on the processor; set training.fp16=false, and training.bf16=true for half the bits (training.bf16=auto where it is faster).")]);
        }
    }
}
