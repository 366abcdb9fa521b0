using System.Runtime.InteropServices;

namespace Inkstone.Cli;

/// <summary>
/// Turns Ctrl-C, SIGTERM and SIGHUP (the terminal was closed) into a request to stop; a second Ctrl-C ends the process at once. Under
/// <c>nohup</c> SIGHUP stays ignored.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interruption() => registrations = Array.ConvertAll(
        new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }, signal => PosixSignalRegistration.Create(signal, Request));

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        Array.ForEach(registrations, registration => registration.Dispose());
        source.Dispose();
    }

    private void Request(PosixSignalContext context)
    {
        // Whoever closes a session may send SIGHUP several times, or behind SIGTERM: that is nobody who does not want to wait.
        context.Cancel = !source.IsCancellationRequested || context.Signal == PosixSignal.SIGHUP;
        source.Cancel();
    }
}
