using Inkstone.Models.Bert;
using Inkstone.Torch;

namespace Inkstone.Checkpoints;

/// <summary>Decides how precisely a model multiplies matrices while it trains.</summary>
internal static class Precision
{
    /// <summary>Narrower models spend their time elsewhere: bfloat16 makes them less exact and no faster.</summary>
    private const int NarrowestThatGains = 256;

    /// <summary>What the recipe says; on <c>auto</c>, bfloat16 where the device computes in it and the model is wide enough to gain.</summary>
    public static DType Choose(bool? bf16, BertConfig config, Device device, Action<string> notice)
    {
        var isAble = device.IsCuda || TorchRuntime.CpuHasBFloat16;
        if (bf16 ?? (isAble && config.HiddenSize >= NarrowestThatGains))
        {
            notice(bf16 is null
                ? "Matrix products in bfloat16, everything else in float32 (training.bf16=false turns it off)."
                : "Matrix products in bfloat16, everything else in float32.");
            return DType.BFloat16;
        }

        return DType.Float32;
    }
}
