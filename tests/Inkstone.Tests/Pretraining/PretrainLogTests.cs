using Inkstone.Checkpoints;
using Inkstone.Pretraining;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining;

public sealed class PretrainLogTests : IDisposable
{
    private const string Header = "step,epoch,split,loss,perplexity,accuracy,grad_norm,learning_rate,tokens,tokens_per_second,seconds";
    private const string TrainOf2 = "2,0.1,train,5,148.4,,1,0.001,512,9,1", HeldOutOf2 = "2,0.1,held_out,5,148.4,0.1,,,512,9,1";
    private const string TrainOf4 = "4,0.2,train,4,54.6,,1,0.001,1024,9,2", HeldOutOf4 = "4,0.2,held_out,4,54.6,0.2,,,1024,9,2", TrainOf6 = "6,0.3,train,4,54.6,,1,0.001,1536,9,3";

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(4, 0, new[] { TrainOf2, HeldOutOf2, TrainOf4, HeldOutOf4 })]
    [InlineData(2, 0, new[] { TrainOf2, HeldOutOf2, TrainOf4 })]
    [InlineData(2, 2, new[] { TrainOf2, HeldOutOf2 })]
    public void Of_RunKilledBehindASave_TakesBackTheRowsThatTheSaveDoesNotKnow(long judged, int sinceRow, string[] kept)
    {
        var run = PretrainFolder.At(scratch.Combine("run"));
        Directory.CreateDirectory(run.Folder);
        File.WriteAllLines(run.Log, [Header, TrainOf2, HeldOutOf2, TrainOf4, HeldOutOf4, TrainOf6]);
        var state = TrainingState.New(4, evaluationPending: false);
        state.Keep(PretrainLog.JudgedStep, ref judged);
        state.Keep(PretrainLog.StepsSinceRow, ref sinceRow);
        state.Write(scratch.Path, withTensors: false);
        using var from = TrainingState.Open(scratch.Path);

        PretrainLog.Of(new(), run, from, new Silent(), TimeProvider.System).Dispose();

        File.ReadAllLines(run.Log).ShouldBe([Header, .. kept]);
    }

    private sealed class Silent : IPretrainObserver
    {
        public void Notice(string message)
        {
        }

        public void StepDone(PretrainRecord record)
        {
        }

        public void StepLogged(PretrainRecord record)
        {
        }

        public void Judged(PretrainRecord record, HeldOutScore score)
        {
        }
    }
}
