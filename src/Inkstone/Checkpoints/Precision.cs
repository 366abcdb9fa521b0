using Inkstone.Models.Bert;
using Inkstone.Torch;

namespace Inkstone.Checkpoints;

/// <summary>Decides how precisely a model multiplies matrices while it trains.</summary>
internal static class Precision
{
    /// <summary>Narrower models spend their time elsewhere: bfloat16 makes them less exact and no faster.</summary>
    private const int NarrowestThatGains = 256;

    /// <summary>What the recipe says; on <c>auto</c>, bfloat16 where the device is faster in it and the model is wide enough to gain.</summary>
    public static DType Choose(bool? bf16, BertConfig config, Device device, Action<string> notice, string key = "training.bf16=")
    {
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
}
