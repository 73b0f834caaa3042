using System.Diagnostics;
using System.Globalization;
using Sira.Storage;
using Xunit;

namespace Sira.Testing.Crashes;

/// <summary>Lets a process write to an engine, kills it with SIGKILL in the middle, opens the engine, and looks whether everything that was acknowledged is there and nothing is there by half; again and again on the same data.</summary>
/// <param name="kind">The engine, as <c>Sira.Testing.StorageWriter</c> calls it. The test project refers to that project.</param>
/// <param name="target">Where the engine keeps things: a folder, a file, or how to connect.</param>
/// <param name="open">Makes the engine in this process.</param>
/// <param name="settle">Waits until a server has ended what the killed process had sent; <see langword="null"/> where nothing outlives the process.</param>
/// <param name="seed">Decides when the process is killed.</param>
public sealed class CrashLoop(string kind, string target, Func<IStorageEngine> open, Func<Task>? settle = null, int seed = 1)
{
    private const int Workers = 6;
    private const int MostAcknowledged = 120;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random random = new(seed);
    private readonly long[] acknowledged = new long[Workers];
    private readonly CrashVerifier verifier = new(Workers, new Random(seed));

    /// <summary>How many steps were found, over all rounds.</summary>
    public long Steps => verifier.Steps;

    /// <summary>Runs rounds.</summary>
    public async Task RunAsync(int rounds)
    {
        for (var round = 1; round <= rounds; round++)
        {
            var (isKilled, errors) = await WriteAsync("exec", random.Next(1, MostAcknowledged));
            Assert.True(isKilled, $"The writer ended by itself: {errors}");
            await VerifyAsync($"round {round} of seed {seed}");
        }
    }

    /// <summary>Lets the process write until it fails by itself, and looks at what it has left in the same way.</summary>
    /// <param name="prefix">How the shell starts it, such as <c>ulimit -f 100; exec</c>.</param>
    /// <returns>What it said of its failure: the kind of the error, a colon, and the message.</returns>
    public async Task<string> RunToFailureAsync(string prefix)
    {
        var (_, errors) = await WriteAsync(prefix, int.MaxValue);
        await VerifyAsync("after its failure");
        return errors;
    }

    private async Task VerifyAsync(string where)
    {
        await (settle?.Invoke() ?? Task.CompletedTask);
        await using var engine = open();
        await engine.OpenAsync();
        for (var worker = 0; worker < Workers; worker++)
        {
            // A batch that was found may have been left without what was to follow it, also by a process that was killed before it looked.
            var least = Math.Max(acknowledged[worker], verifier.Found(worker));
            await verifier.VerifyAsync(engine, worker, least, least + 1, acknowledged[worker] / CrashKeys.SingleEvery * CrashKeys.SingleEvery, where);
        }
    }

    private async Task<(bool IsKilled, string Errors)> WriteAsync(string prefix, int count)
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", $"{prefix} \"$0\" \"$@\"", Path.Combine(AppContext.BaseDirectory, "Sira.Testing.StorageWriter"), kind, target, $"{Workers}"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        var lines = 0;
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Split(' ') is [var worker, var step] && long.TryParse(step, CultureInfo.InvariantCulture, out var number))
            {
                acknowledged[int.Parse(worker, CultureInfo.InvariantCulture)] = number;
            }

            // What it has said by then is still read, to the end.
            if (++lines == count)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(patience.Token);
        return (lines >= count, await errors);
    }
}
