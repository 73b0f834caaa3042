using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Testing.Servers;
using Xunit;

namespace Sira.Testing.Crashes;

/// <summary>Lets an engine write to a server, kills the server with SIGKILL in the middle and starts it again, and looks whether what the server has acknowledged at a level that survives this is there and nothing is there by half; again and again on the same data, with one engine that lives through it all.</summary>
/// <param name="server">The server.</param>
/// <param name="open">Makes an engine on it.</param>
/// <param name="surviving">The lowest level at which a write survives the kill.</param>
/// <param name="seed">Decides when the server is killed.</param>
public sealed class ServerCrashLoop(TestServer server, Func<IStorageEngine> open, StorageDurability surviving, int seed = 1)
{
    private const int Workers = 6;
    private const int MostAcknowledged = 120;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Random random = new(seed);
    private readonly CrashVerifier verifier = new(Workers, new Random(seed));

    // The last step of each worker that was acknowledged at a level that survives, and the last of these with a single value. A step that survives tells of the batches before it, on which it is conditional, but not of their single values.
    private readonly long[] kept = new long[Workers];
    private readonly long[] keptSingles = new long[Workers];
    private int acknowledged;
    private volatile bool isOver;

    /// <summary>How many steps were found at the end.</summary>
    public long Steps => verifier.Steps;

    /// <summary>How many steps were acknowledged and lost, all of them at levels that do not survive the server.</summary>
    public long Forgotten { get; private set; }

    /// <summary>How often a worker was told of an error, and in how many of these the engine did not know what had become of the write.</summary>
    public (int All, int Uncertain) Errors { get; private set; }

    /// <summary>Runs rounds.</summary>
    public async Task RunAsync(int rounds)
    {
        await using var engine = open();
        for (var round = 1; round <= rounds; round++)
        {
            await OpenAsync(engine);
            (acknowledged, isOver) = (0, false);
            var workers = Enumerable.Range(0, Workers).Select(number => new CrashWorker(engine, number)).ToArray();
            await Task.WhenAll(workers.Select(static worker => worker.ResumeAsync()));
            var working = workers.Select((worker, number) => Task.Run(() => WorkAsync(engine, worker, number))).ToArray();
            for (var goal = random.Next(1, MostAcknowledged); Volatile.Read(ref acknowledged) < goal;)
            {
                Assert.False(working.All(static task => task.IsCompleted), $"All workers ended before the server was killed (round {round}).");
                await Task.Delay(1);
            }

            await server.KillAsync();
            await server.StartAsync();
            isOver = true;
            foreach (var failure in await Task.WhenAll(working))
            {
                Assert.True(failure is null or { IsTransient: true }, $"{failure?.Kind}: {failure?.Message}");
                Errors = (Errors.All + (failure is null ? 0 : 1), Errors.Uncertain + (failure is { IsUncertain: true } ? 1 : 0));
            }

            await VerifyAsync(workers, $"round {round} of seed {seed}");
        }
    }

    // Until it is over or fails. A worker that is in the middle of something the engine may try again goes on after the restart.
    private async Task<StorageException?> WorkAsync(IStorageEngine engine, CrashWorker worker, int number)
    {
        try
        {
            while (!isOver)
            {
                if (!await worker.StepAsync())
                {
                    Assert.True(worker.Made > kept[number], $"The step behind {worker.Made} of worker {number} was refused, and nothing may have been lost.");
                    return null;
                }

                if (CrashWorker.DurabilityOf(engine, worker.Made) >= surviving)
                {
                    kept[number] = worker.Made;
                    keptSingles[number] = worker.Made % CrashKeys.SingleEvery == 0 ? worker.Made : keptSingles[number];
                }

                Interlocked.Increment(ref acknowledged);
            }

            return null;
        }
        catch (StorageException failure)
        {
            return failure;
        }
    }

    private async Task VerifyAsync(CrashWorker[] workers, string where)
    {
        await using var engine = open();
        await OpenAsync(engine);
        for (var worker = 0; worker < Workers; worker++)
        {
            await verifier.VerifyAsync(engine, worker, kept[worker], workers[worker].MayBeMade, keptSingles[worker], where);
            Forgotten += Math.Max(0, workers[worker].Made - verifier.Found(worker));
        }
    }

    // A server that has just been started may say for a while that it reads its files.
    private static async Task OpenAsync(IStorageEngine engine)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await engine.OpenAsync(patience.Token);
                return;
            }
            catch (StorageException exception) when (exception.IsTransient)
            {
                await Task.Delay(Pause, patience.Token);
            }
        }
    }
}
