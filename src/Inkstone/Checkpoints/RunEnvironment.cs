using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Torch;

namespace Inkstone.Checkpoints;

/// <summary>What a run was made with and from: the content of <c>environment.json</c>.</summary>
internal static class RunEnvironment
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Describe(Recipe recipe, TimeProvider time) => JsonSerializer.Serialize(
        new
        {
            Started = time.GetUtcNow(),
            Inkstone = typeof(RunEnvironment).Assembly.GetName().Version?.ToString(3),
            Dotnet = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            Processor = ProcessorName(),
            Cores = Environment.ProcessorCount,
            Libtorch = TorchRuntime.Version,
            Threads = TorchRuntime.ThreadCount,
            Device = ComputeDevice.Default.Name,
            recipe.Training.Seed,
            Data = new[] { SplitFiles.TrainOf(recipe.Data), SplitFiles.ValidationOf(recipe.Data), SplitFiles.TestOf(recipe.Data) }
                .OfType<SplitFiles>().SelectMany(files => files.Files).Where(File.Exists).Distinct().Select(path => new { Path = path, Sha256 = Sha256(path) }),
        },
        Json) + "\n";

    private static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string? ProcessorName() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : null;
}
