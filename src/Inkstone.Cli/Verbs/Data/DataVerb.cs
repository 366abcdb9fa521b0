using System.CommandLine;

namespace Inkstone.Cli.Verbs.Data;

/// <summary>Work on data files. Loads no libtorch.</summary>
internal static class DataVerb
{
    public static Command Create() => new("data", "Work on data files.") { ReportVerb.Create(), ConvertVerb.Create(), CleanVerb.Create(), SplitVerb.Create() };
}
