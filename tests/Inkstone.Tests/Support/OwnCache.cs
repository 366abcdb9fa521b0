using System.Runtime.CompilerServices;

namespace Inkstone.Tests.Support;

/// <summary>Encoded rows go into a folder of this process, never into the home of whoever runs the tests.</summary>
internal static class OwnCache
{
    [ModuleInitializer]
    internal static void Use()
    {
        var folder = Directory.CreateTempSubdirectory("inkstone-tests-").FullName;
        Environment.SetEnvironmentVariable("INKSTONE_CACHE", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
