using System.CommandLine;
using System.CommandLine.Help;
using Inkstone.Cli;
using Inkstone.Cli.Verbs;
using DataVerb = Inkstone.Cli.Verbs.Data.DataVerb;

// A verb a file: open the one you typed.
var root = new Command("inkstone", "Inkstone fine-tunes Chinese BERT encoders into text classifiers.")
{
    DemoVerb.Create(),
    TrainVerb.Create(),
    PretrainVerb.Create(),
    BaselineVerb.Create(),
    TestVerb.Create(),
    CompareVerb.Create(),
    ReportVerb.Create(),
    SweepVerb.Create(),
    PredictVerb.Create(),
    ExplainVerb.Create(),
    TokenizeVerb.Create(),
    ConvertModelVerb.Create(),
    DataVerb.Create(),
    HubVerb.Create(),
    ConfigVerb.Create(),
};
root.Add(new HelpOption());
root.Add(new VersionOption());
GlobalOptions.AddTo(root);
ClosableWriter.UseForConsole();
return CommandLine.Run(root, args);
