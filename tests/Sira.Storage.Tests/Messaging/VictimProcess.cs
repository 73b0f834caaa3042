using System.Diagnostics;
using System.Globalization;
using Sira.Testing;

namespace Sira.Storage.Tests.Messaging;

/// <summary>A process that publishes and handles until it is killed, and what it has said.</summary>
internal sealed class VictimProcess : IAsyncDisposable
{
    private readonly Process process;

    private VictimProcess(params string[] arguments) => process = Launch(arguments);

    /// <summary>The numbers that the journal has taken.</summary>
    public List<int> Published { get; } = [];

    /// <summary>The numbers that the group was given.</summary>
    public List<int> Handled { get; } = [];

    /// <summary>Starts a process of the victim's program.</summary>
    public static Process Launch(params string[] arguments)
    {
        // The folder of this build, such as Release/net10.0.
        var output = Path.GetRelativePath(Path.Combine(RepositoryRoot.Path, "tests", "Sira.Storage.Tests"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot.Path, "tests", "Sira.Storage.Victim", output, "Sira.Storage.Victim"), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    /// <summary>Starts one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="first">The first number that it publishes; without one it only handles.</param>
    public static async Task<VictimProcess> StartAsync(string path, int? first = null)
    {
        var victim = first is { } number ? new VictimProcess(path, number.ToString(CultureInfo.InvariantCulture)) : new VictimProcess(path);
        Assert.Equal("ready", await victim.process.StandardOutput.ReadLineAsync());
        return victim;
    }

    /// <summary>Listens until it has said so much, or something that one waits for.</summary>
    public async Task HearAsync(Func<bool> isEnough)
    {
        while (!isEnough())
        {
            Hear(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The process has ended by itself."));
        }
    }

    /// <summary>Kills it as <c>kill -9</c> does, and hears what it has still said.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            Hear(line);
        }

        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    // The last line may have been cut off, but then nobody was told of it.
    private void Hear(string line)
    {
        var parts = line.Split(' ');
        if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            (parts[0] == "published" ? Published : Handled).Add(number);
        }
    }
}
