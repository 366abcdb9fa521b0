using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

/// <summary>A second process saves a checkpoint without end and is killed; what it leaves must be whole.</summary>
public sealed class KilledWriterTests : IDisposable
{
    private const string TargetVariable = "INKSTONE_TEST_SAVE_FOREVER";
    private const string ModeVariable = "INKSTONE_TEST_SAVE_BY_EXCHANGE";
    private const int TensorCount = 20;
    private const int MarksOfASave = 4;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_KilledThirtyTimes_AlwaysLeavesAWholeFolder(bool canExchange)
    {
        var random = new System.Random(30);
        var target = folder["best"];
        Save(target, 0, canExchange, mark: () => { });
        var (generation, atLeast) = (0, 0);
        for (var round = 0; round < 30; round++)
        {
            // The writer says how far it is, so that the kill falls into every stage on fast machines and slow ones.
            var marks = random.Next(1, 4 * MarksOfASave);
            using (var writer = StartWriter(target, canExchange))
            {
                try
                {
                    for (var mark = 0; mark < marks; mark++)
                    {
                        writer.StandardOutput.BaseStream.ReadByte().ShouldBe('.');
                    }

                    Thread.Sleep(random.Next(4));
                }
                finally
                {
                    writer.Kill();
                    writer.WaitForExit();
                }
            }

            atLeast += marks / MarksOfASave;
            var found = GenerationOf(target);
            found.ShouldBeGreaterThanOrEqualTo(Math.Max(generation, atLeast), $"round {round}");
            generation = found;
        }

        Save(target, generation + 1, canExchange, mark: () => { });
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBe([target]);
    }

    /// <summary>Turns this test program into the writer, before its tests begin.</summary>
    [ModuleInitializer]
    internal static void SaveForever()
    {
        var target = Environment.GetEnvironmentVariable(TargetVariable);
        if (target is null)
        {
            return;
        }

        var canExchange = Environment.GetEnvironmentVariable(ModeVariable) == "1";
        var generation = GenerationOf(target);
        using var output = Console.OpenStandardOutput();
        void Mark() => output.WriteByte((byte)'.');
        while (true)
        {
            Save(target, ++generation, canExchange, Mark);
            Mark();
        }
    }

    private static Process StartWriter(string target, bool canExchange) => Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            Environment = { [TargetVariable] = target, [ModeVariable] = canExchange ? "1" : "0" },
        })!;

    private static void Save(string target, int generation, bool canExchange, Action mark) => AtomicFolder.Write(target, path =>
    {
        mark();
        File.WriteAllText(Path.Combine(path, "config.json"), generation.ToString(CultureInfo.InvariantCulture));
        mark();
        var numbers = Enumerable.Repeat(generation, 5_000).ToArray();
        using var stream = File.Create(Path.Combine(path, "model.safetensors"));
        SafetensorsWriter.Write(stream, Enumerable.Range(0, TensorCount).Select(i => StoredTensor.CopyOf(
            $"layer.{i}", DType.Int32, [numbers.Length], MemoryMarshal.AsBytes<int>(numbers))));
        mark();
    }, canExchange);

    private static int GenerationOf(string target)
    {
        using var weights = CheckpointWeights.Open(target);
        var generation = int.Parse(File.ReadAllText(Path.Combine(target, "config.json")), CultureInfo.InvariantCulture);
        weights.Count.ShouldBe(TensorCount);
        foreach (var tensor in weights.Values)
        {
            MemoryMarshal.Cast<byte, int>(tensor.Bytes).IndexOfAnyExcept(generation).ShouldBe(-1, tensor.Name);
        }

        return generation;
    }
}
